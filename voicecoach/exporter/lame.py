"""The first frame of an MP3, silent, in which LAME says how much there is and what is to be left out.

http://gabriel.mp3-tech.org/mp3infotag.html; the offsets of Xing's part are in FFmpeg's `mp3enc.c` too.
"""

from __future__ import annotations

import struct

from voicecoach.units import Frames

__all__ = ["SAMPLES", "header", "header_size"]

SAMPLES = 1152
"""Frames of sound in a frame of MPEG-1 Layer III."""
_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Kilobits a second by their number in a frame's head (ISO 11172-3, 2.4.2.3)."""
_ROOMY = 5
"""The number of 64 kbit/s, whose frames have 192 bytes: just enough."""
_SIDE_MONO, _SIDE_STEREO = 17, 32
"""Bytes of side information, which are all zero here: a frame of silence."""
_MONO = 3
_ALL = 0b1111
"""Xing's part has the number of frames, of bytes, a table for seeking and a quality."""
_PERCENT = bytes(256 * percent // 100 for percent in range(100))
"""Where each hundredth of the time lies in each 256th of the bytes: at a constant bit rate, right there."""
_ENCODER = b"Lavc LAME"
"""Nine letters. Players heed LAME's part where it begins with a name that they know."""
_CONSTANT = 1


def header_size(first: bytes) -> int:
    """Bytes of the whole frame, from one with sound."""
    return 144 * _BIT_RATES[_bit_rate(first)] // 48


def header(first: bytes, frames: int, size: int, late: int, length: Frames) -> bytes:
    """The frame for `frames` more of them in `size` bytes, whose sound begins `late` frames of sound too late.

    What then is over `length` is to be left out at the end. `first` is any frame with sound.
    """
    whole = header_size(first)
    over = min(max(frames * SAMPLES - late - length, 0), 0xFFF)
    xing = b"Info" + struct.pack(">III", _ALL, frames, size + whole) + _PERCENT + struct.pack(">I", 0)
    lame = _ENCODER + bytes([_CONSTANT]) + bytes(10) + bytes([min(_BIT_RATES[first[2] >> 4], 255)])
    lame += (late << 12 | over).to_bytes(3, "big") + bytes(4) + struct.pack(">IH", size + whole, 0)
    side = _SIDE_MONO if first[3] >> 6 == _MONO else _SIDE_STEREO
    without_checksum = first[1] | 1
    start = bytes([first[0], without_checksum, _bit_rate(first) << 4 | first[2] & 0x0C, first[3]])
    start += bytes(side) + xing + lame
    return (start + struct.pack(">H", _crc(start))).ljust(whole, b"\0")


def _bit_rate(first: bytes) -> int:
    """Its number: the file's own, or the lowest one in whose frames there is room."""
    return max(first[2] >> 4, _ROOMY)


def _crc(content: bytes) -> int:
    """CRC-16 with the polynomial 0x8005, its bits turned round."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
