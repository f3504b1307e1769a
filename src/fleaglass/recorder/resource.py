"""Who is speaking: the attributes that every span of an agent shares."""

from __future__ import annotations

from fleaglass import __version__, semconv
from fleaglass.recorder.attributes import attributes
from fleaglass.recorder.normalise import Value
from fleaglass.settings import Settings

__all__ = ["resource_of"]


def resource_of(settings: Settings) -> dict[str, Value]:
    """The resource, under OpenTelemetry's names and under the guides'.

    Attributes from ``OTEL_RESOURCE_ATTRIBUTES`` come along; where they name something that a setting names too, the
    setting has already weighed them.
    """
    ours: dict[str, object] = {
        semconv.SERVICE_NAME: settings.service_name,
        semconv.SERVICE_INSTANCE_ID: settings.agent_id,
        semconv.SERVICE_VERSION: settings.release,
        semconv.PF_AGENT_ID: settings.agent_id,
        semconv.PF_STRATEGY: settings.strategy,
        semconv.PF_RELEASE: settings.release,
        semconv.PF_ENVIRONMENT: settings.environment,
        semconv.DEPLOYMENT_ENVIRONMENT_NAME: settings.environment,
        semconv.PF_SERVICES: ",".join(settings.services) or None,
        semconv.PF_REGION: settings.region,
        semconv.CLOUD_REGION: settings.region,
        semconv.DEPLOYMENT_REGION: settings.region,
        "telemetry.sdk.name": "fleaglass",
        "telemetry.sdk.language": "python",
        "telemetry.sdk.version": __version__,
    }
    return attributes({**dict(settings.resource), **ours}, exempt=settings.agent_id)
