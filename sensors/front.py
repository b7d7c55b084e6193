"""The front of the embedded broker: where devices come in.

rumqttd serves MQTT 3.1.1 and 5 on separate ports; devices find both on one, because the front
looks at the first packet and passes the connection on. And it keeps only so much: what was not
read by then is forgotten. So the front lets devices send no more than that before we have taken
it in; they feel it as a network that is slow.
"""

import asyncio
from typing import Final

from sensors.ledger import Ledger

_CHUNK: Final = 64 << 10
_PEEK_S: Final = 20.0  # how long a client may take to say which protocol it speaks
_VERSION_5: Final = 5


def _speaks_5(opening: bytes) -> bool | None:
    """Which protocol a CONNECT packet asks for; None where more of it is needed."""
    name = opening.find(b"MQTT")
    if name < 0 or len(opening) <= name + 4:
        return None
    return opening[name + 4] == _VERSION_5


class Front:
    """Serves both protocols on one port.

    Args:
        most: Bytes that may have to be taken in; with more, devices must wait.
    """

    def __init__(
        self, host: str, port: int, v4_port: int, v5_port: int, ledger: Ledger, most: int
    ) -> None:
        self._host, self._port = host, port
        self._v4_port, self._v5_port = v4_port, v5_port
        self._ledger, self._most = ledger, most
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._server: asyncio.Server | None = None
        self._devices: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Let devices in."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, self._host, self._port)

    def close(self) -> None:
        """Send devices away and let none in."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for device in self._devices:
            device.close()

    def look(self) -> None:
        """See in the ledger whether devices may send on."""
        if self._ledger.due < self._most:
            self._has_room.set()
        else:
            self._has_room.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._devices.add(writer)
        opening = b""
        try:
            async with asyncio.timeout(_PEEK_S):
                while (is_5 := _speaks_5(opening)) is None and len(opening) < _CHUNK:
                    more = await reader.read(_CHUNK)
                    if not more:
                        return
                    opening += more
            behind = self._v5_port if is_5 else self._v4_port
            back_reader, back_writer = await asyncio.open_connection(self._host, behind)
            back_writer.write(opening)
            await asyncio.gather(
                self._pass_in(reader, back_writer), _pass_out(back_reader, writer),
                return_exceptions=True,
            )  # fmt: skip
        except (OSError, TimeoutError):
            return
        finally:
            self._devices.discard(writer)
            writer.close()

    async def _pass_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Copy from a device to the broker until one of them ends, while there is room."""
        try:
            while data := await reader.read(_CHUNK):
                await self._has_room.wait()
                self._ledger.sent += len(data)
                self.look()
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


async def _pass_out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy from the broker to a device until one of them ends."""
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
