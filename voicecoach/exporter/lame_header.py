"""The first frame of an MP3: silent, with the length of the sound, a seek table, and what to skip at both ends.

http://gabriel.mp3-tech.org/mp3infotag.html; the offsets of its Xing part are in FFmpeg's `mp3enc.c` too.
"""

from __future__ import annotations

import struct
from array import array

FRAMES_PER_PACKET = 1152
"""Frames of the session in a frame of MP3: 24 ms at both sample rates."""
_BIT_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""In kbit/s, by their index in a frame's header, in MPEG-1 (48 kHz) and MPEG-2 (24 kHz) Layer III."""
_BYTES_PER_KBIT = 3
"""In a frame of 24 ms."""
_SIDE_INFO = {(1, 1): 17, (1, 2): 32, (2, 1): 9, (2, 2): 17}
"""Bytes of side information, by version and channels; zeros are a frame of silence."""
_MONO = 3
_MIN_BIT_RATE = 64
"""In kbit/s: a frame of 192 bytes, just enough for the header."""
_ALL_FIELDS = 0b1111
"""The Xing part has the number of frames and of bytes, a seek table, and a quality."""
_ENCODER_NAME = b"Lavc LAME"
"""Nine characters. Players ignore the LAME part unless it starts with a name that they know."""
_CBR, _VBR = 1, 4
_MAX_PADDING = 0xFFF
_MAX_POSITIONS = 1 << 16
"""Kept for the seek table: of every packet in 26 minutes, of every second one in 52, and so on."""


class LameHeader:
    """The header of the packets that are added to it. They may have different bit rates."""

    def __init__(self, first: bytes) -> None:
        self._first = first
        self._version = 1 if first[1] & 0b1000 else 2
        self._rate_indexes: set[int] = set()
        self._positions = array("I")
        self._stride = 1
        self._packets = self._bytes = 0

    @property
    def size(self) -> int:
        """Its bytes."""
        return _BYTES_PER_KBIT * self._bit_rate

    def add(self, packet: bytes) -> None:
        """Count a packet that follows."""
        if self._packets % self._stride == 0:
            self._positions.append(self._bytes)
            if len(self._positions) == _MAX_POSITIONS:
                self._positions = self._positions[::2]
                self._stride *= 2
        self._rate_indexes.add(packet[2] >> 4)
        self._packets += 1
        self._bytes += len(packet)

    def render(self, delay: int, length: int) -> bytes:
        """Return the header's bytes: the sound starts after `delay` samples and lasts `length` frames."""
        first = self._first
        channels = 1 if first[3] >> 6 == _MONO else 2
        without_checksum = first[1] | 1
        bit_rate_index = _BIT_RATES[self._version].index(self._bit_rate)
        header = bytes([first[0], without_checksum, bit_rate_index << 4 | first[2] & 0b1100, first[3]])
        header += bytes(_SIDE_INFO[self._version, channels]) + self._xing() + self._lame(delay, length)
        return (header + struct.pack(">H", _crc16(header))).ljust(self.size, b"\0")

    @property
    def _bit_rate(self) -> int:
        """The first packet's own, or the lowest one whose packets have room for the header."""
        return max(_BIT_RATES[self._version][self._first[2] >> 4], _MIN_BIT_RATE)

    @property
    def _is_constant(self) -> bool:
        return len(self._rate_indexes) == 1

    def _xing(self) -> bytes:
        name = b"Info" if self._is_constant else b"Xing"
        counts = struct.pack(">III", _ALL_FIELDS, self._packets, self._bytes + self.size)
        return name + counts + self._seek_table() + struct.pack(">I", 0)

    def _seek_table(self) -> bytes:
        """The position of each hundredth of the time, in 256ths of the bytes, rounded down."""
        total = self._bytes + self.size
        positions = (self._positions[self._packets * percent // (100 * self._stride)] for percent in range(1, 100))
        return bytes([0, *(256 * (self.size + position) // total for position in positions)])

    def _lame(self, delay: int, length: int) -> bytes:
        samples_per_packet = FRAMES_PER_PACKET // self._version
        padding = self._packets * samples_per_packet - delay - -(-length // self._version)
        method = _CBR if self._is_constant else _VBR
        lowest = _BIT_RATES[self._version][min(self._rate_indexes)]
        lame = _ENCODER_NAME + bytes([method]) + bytes(10) + bytes([min(lowest, 255)])
        lame += (delay << 12 | min(max(padding, 0), _MAX_PADDING)).to_bytes(3, "big")
        return lame + bytes(4) + struct.pack(">IH", self._bytes + self.size, 0)


def _crc16(content: bytes) -> int:
    """CRC-16 with the polynomial 0x8005, reflected."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
