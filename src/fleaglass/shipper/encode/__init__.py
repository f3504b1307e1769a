"""Records of a journal as OTLP's requests: protobuf's bytes, written by hand.

To build protobuf's own objects costs several times as much. The tests hold every byte against what protobuf makes of
the same records. Nothing here raises for what a record holds: one value that cannot be told must not cost its batch.
"""

from fleaglass.shipper.encode.log import logs
from fleaglass.shipper.encode.metric import metrics
from fleaglass.shipper.encode.span import spans

__all__ = ["logs", "metrics", "spans"]
