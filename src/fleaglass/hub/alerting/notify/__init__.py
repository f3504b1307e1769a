"""Who is told of incidents, when, and how.

    incidents ─▶ routes ─▶ groups ─▶ due? ─▶ outbox ─▶ messages ─▶ senders ─▶ Slack, PagerDuty, …
                            ▲ silence: mutes, inhibitions

    routes.py, silence.py, groups.py    the rules, pure: what Alertmanager does, and where we differ
    planning.py, outbox.py              the rules applied to the state
    messages.py, senders/               what is said, and in which form
    sender.py, notifier.py              when it goes out, again after a failure
    actions.py                          what people do: acknowledge, mute, note, send again, fire a test

A message is a row until its receiver has taken it. What a group's receiver was told last is written in the transaction
that marks the row sent, so a hub that is killed neither forgets nor repeats, but for the moment between the receiver's
answer and that transaction: then the message goes out twice, with the same delivery id.
"""
