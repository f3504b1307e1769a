"""Whose telemetry a request is, and how long that takes to know: before the request is parsed, tens of microseconds.

Only the resources are read; what they are of, spans or records or points, is skipped. So somebody who sends too much is
turned away at a hundredth of what reading it all would cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from opentelemetry.proto.resource.v1 import resource_pb2

from fleaglass.hub.store.flatten import ORIGIN_SOURCES

__all__ = ["sender_in", "sender_of"]

_NAME_CHARS: Final = 200


def sender_of(groups: Iterable[Any]) -> str:
    """The agent named by the first of a request's resource_spans (or _logs, _metrics) that names one, else "".

    A collector that puts several agents' telemetry into one request is one sender, by its first agent.
    """
    for group in groups:
        said: dict[str, str] = {pair.key: pair.value.string_value for pair in group.resource.attributes}
        for name in ORIGIN_SOURCES["agent"]:
            if said.get(name):
                return said[name][:_NAME_CHARS]
    return ""


def sender_in(body: bytes) -> str:
    """The same of a protobuf body that has not been parsed, whichever signal's; "" if it cannot be read."""
    try:
        return sender_of(_REQUEST.FromString(body).groups)
    except DecodeError:
        return ""


def _request() -> type[Message]:
    """Every Export…ServiceRequest, as far as its resources: they have the same field numbers in all three."""
    field = FieldDescriptorProto
    file = FileDescriptorProto(
        name="fleaglass/hub/sender.proto",
        package="fleaglass.hub",
        dependency=[resource_pb2.DESCRIPTOR.name],
        syntax="proto3",
    )
    group = file.message_type.add(name="Group")
    group.field.add(
        name="resource",
        number=1,
        type=field.TYPE_MESSAGE,
        label=field.LABEL_OPTIONAL,
        type_name="." + resource_pb2.Resource.DESCRIPTOR.full_name,
    )
    file.message_type.add(name="Request").field.add(
        name="groups",
        number=1,
        type=field.TYPE_MESSAGE,
        label=field.LABEL_REPEATED,
        type_name=".fleaglass.hub.Group",
    )
    pool = Default()
    pool.AddSerializedFile(file.SerializeToString())
    found: type[Message] = GetMessageClass(pool.FindMessageTypeByName("fleaglass.hub.Request"))
    return found


_REQUEST: Final = _request()
