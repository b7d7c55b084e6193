"""The readers of this package by the name that a configuration gives them."""

from collections.abc import Callable, Mapping
from typing import Final

from sensors.codecs import decentlab, hj212, milesight, sl651
from sensors.codecs.sparkplug_b import SparkplugReader
from sensors.payloads import Reader

# Name → what makes a reader: each has a memory of its own, if it has any.
READERS: Final[Mapping[str, Callable[[], Reader]]] = {
    "sparkplug_b": SparkplugReader,
    "sl651": lambda: sl651.read,
    "hj212": lambda: hj212.read,
    "milesight_em500_udl": lambda: milesight.em500_udl,
    "milesight_em500_swl": lambda: milesight.em500_swl,
    "milesight_wts506": lambda: milesight.wts506,
    "decentlab_dl_cws2": lambda: decentlab.dl_cws2,
}
