"""Rules and refusals in words, in the reader's language and the course's time zone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext, ngettext

from grader.courses import rules as arithmetic
from grader.courses.models import Course
from grader.courses.rules import Refused, Rules


@dataclass(frozen=True)
class RulesView:
    """What stands on the exercise page. `lines`: the rules; `state`: what they mean right now, for this student.

    `wait_until` ends the cool-down, if one runs; `attempts_left` is None where they are not limited.
    """

    lines: list[str]
    state: str = ""
    is_refused: bool = False
    attempts_left: int | None = None
    attempt_limit: int | None = None
    attempts: int = 0
    wait_until: datetime | None = None
    wait_text: str = ""
    course_slug: str = ""
    course_title: str = ""


def when(moment: datetime, course: Course) -> str:
    """Date and time on the course's clocks, with the time zone's name."""
    local = date_format(moment.astimezone(course.zone), "DATETIME_FORMAT")
    return gettext("%(time)s (%(zone)s)") % {"time": local, "zone": zone_name(course)}


def zone_name(course: Course) -> str:
    return course.time_zone.replace("_", " ")


def duration(span: timedelta) -> str:
    """90 s, 5 min, 2 h 30 min, 3 days: the largest unit that leaves no rest; from two minutes on, a rest in the next one."""
    seconds = math.ceil(span.total_seconds())
    if seconds % 86400 == 0 and seconds:
        return ngettext("%(count)d day", "%(count)d days", seconds // 86400) % {"count": seconds // 86400}
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if seconds < 120 and rest:
        hours, minutes, rest = 0, 0, seconds
    parts = [(gettext("%(count)d h"), hours), (gettext("%(count)d min"), minutes), (gettext("%(count)d s"), rest)]
    said = [text % {"count": count} for text, count in parts if count]
    return " ".join(said) or gettext("%(count)d s") % {"count": 0}


def explain(rules: Rules, course: Course, now: datetime | None = None) -> list[str]:
    """The rules as short sentences for a student."""
    now = now or timezone.now()
    lines = []
    if rules.opens_at and now < rules.opens_at:
        lines.append(gettext("Students see it from %(time)s.") % {"time": when(rules.opens_at, course)})
    lines += explain_dates(rules, course)
    lines += explain_attempts(rules)
    if rules.is_extended:
        lines.append(gettext("Your extension is included."))
    return lines


def explain_dates(rules: Rules, course: Course) -> list[str]:
    due, closes = rules.due_at, rules.closes_at
    if not due and not closes:
        return [gettext("No due date.")]
    lines = []
    if due and closes != due:
        lines.append(gettext("Full points until %(time)s.") % {"time": when(due, course)})
        lines += explain_lateness(rules)
    if closes:
        text = gettext("Closed from %(time)s: nothing can be handed in any more.")
        if not due or closes == due:
            text = gettext("Full points until %(time)s; closed from then on.")
        lines.append(text % {"time": when(closes, course)})
    return lines


def explain_lateness(rules: Rules) -> list[str]:
    if not rules.late_percent:
        return [gettext("Later it still counts in full, and is shown as late.")]
    late = gettext("Then %(percent)d %% of the points less for each day begun.")
    if rules.floor_percent:
        late = gettext("Then %(percent)d %% of the points less for each day begun, down to %(floor)d %%.")
    late %= {"percent": rules.late_percent, "floor": rules.floor_percent}
    lines = [late.replace(" %", "\N{NO-BREAK SPACE}%")]
    if rules.grace:
        lines.insert(0, gettext("Up to %(time)s later still counts as in time.") % {"time": duration(rules.grace)})
    return lines


def explain_attempts(rules: Rules) -> list[str]:
    limit, is_last = rules.attempt_limit, rules.counted == arithmetic.LAST
    if limit is None:
        text = gettext("As many attempts as you like; the best one counts.")
        if is_last:
            text = gettext("As many attempts as you like; the last one counts.")
    elif limit == 1:  # Chinese has no singular that could say it
        text = gettext("1 attempt, and it counts.")
    elif is_last:
        text = gettext("%(count)d attempts; the last one counts.") % {"count": limit}
    else:
        text = gettext("%(count)d attempts; the best one counts.") % {"count": limit}
    lines = [text]
    if rules.cooldown:
        lines.append(gettext("At least %(time)s between two attempts.") % {"time": duration(rules.cooldown)})
    return lines


def refusal(refused: Refused, course: Course) -> str:
    """Why nothing was taken, and what to do."""
    params = refused.params
    if refused.reason == "archived":
        return gettext("This course is archived: nothing can be handed in any more. Your work is kept.")
    if refused.reason == "not_open":
        text = gettext("This opens %(time)s. Your work is kept; hand it in then.")
        return text % {"time": when(params["opens_at"], course)}
    if refused.reason == "closed":
        text = gettext(
            "This closed %(time)s, so nothing was handed in. Your work is kept. "
            "If you need more time, ask your instructor for an extension."
        )
        return text % {"time": when(params["closes_at"], course)}
    if refused.reason == "no_attempts":
        text = ngettext(
            "You have used your %(count)d attempt, so nothing was handed in. Your work is kept. "
            "If you need another one, ask your instructor.",
            "You have used all %(count)d attempts, so nothing was handed in. Your work is kept. "
            "If you need another one, ask your instructor.",
            params["limit"],
        )
        return text % {"count": params["limit"]}
    text = gettext("Between two attempts there is a pause: hand it in again in %(time)s. Your work is kept.")
    return text % {"time": duration(timedelta(seconds=params["seconds"]))}


def state_now(rules: Rules, course: Course, now: datetime, attempts: int, last: datetime | None) -> dict[str, Any]:
    """What the rules mean right now: fields of RulesView."""
    ruling = arithmetic.decide(rules, now, attempts, last)
    if isinstance(ruling, Refused) and ruling.reason == "cooldown":
        ready_at = ruling.params["ready_at"]
        return {"wait_until": ready_at, "wait_text": tell_end(ready_at.astimezone(course.zone), now, course)}
    if isinstance(ruling, Refused):
        return {"is_refused": True, "state": tell_state(ruling)}
    factor, late = arithmetic.late_factor(rules, now)
    if late and factor < 1:
        text = gettext("It is late: what you hand in now gets at most %(percent)d %% of the points.")
        return {"state": text % {"percent": round(100 * factor)}}
    return {}


def tell_end(ready_at: datetime, now: datetime, course: Course) -> str:
    """When a pause ends: to the second, or with its day where that is another one."""
    if ready_at.date() != now.astimezone(course.zone).date():
        return when(ready_at, course)
    clock = gettext("%(time)s (%(zone)s)") % {"time": time_format(ready_at, "H:i:s"), "zone": zone_name(course)}
    return gettext("at %(time)s") % {"time": clock}


def tell_state(refused: Refused) -> str:
    if refused.reason == "archived":
        return gettext("This course is archived. You can read everything, and hand in nothing.")
    if refused.reason == "no_attempts":
        return gettext("No attempts are left. You can still run the examples.")
    if refused.reason == "closed":
        return gettext("This is closed. You can still run the examples.")
    return gettext("This is not open yet.")
