#!/bin/sh
# The last step alone: the finished session, already there as a WAV file, encoded.
# sh ffmpeg_encode.sh FOLDER FILE KBIT, where FOLDER holds session.wav.
exec ffmpeg -v error -y -i "$1/session.wav" -b:a "$3k" "$2"
