"""`manage.py lti`: platforms and keys."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grader.lti import keys
from grader.lti.models import Platform, ToolKey
from grader.lti.platforms import BadRegistration, add_platform, check_platform, describe

FIELDS = {
    "issuer": "the platform's id, as its id_tokens name it, such as https://moodle.example.edu",
    "client-id": "the id that the platform gave this tool",
    "auth-url": "where the platform takes logins (authentication request URL)",
    "token-url": "where the platform gives access tokens",
    "keyset-url": "where the platform publishes its keys",
}


class Command(BaseCommand):
    help = "Register learning platforms, look after the tool's keys. Exit code: 0 done, 1 a test failed or wrong usage."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        platform = verbs.add_parser("platform", help="platforms: add, list, remove, test, approve")
        actions = platform.add_subparsers(dest="action", required=True, metavar="ACTION")
        add = actions.add_parser("add", help="register a platform; again with new values to correct it")
        for name, text in FIELDS.items():
            add.add_argument(f"--{name}", required=True, help=text)
        add.add_argument("--token-audience", default="", help="audience of token requests; default: the token URL")
        add.add_argument("--deployment-id", action="append", default=[], help="may be given several times")
        add.add_argument(
            "--frame-origin", action="append", default=[], help="more origins of its pages, such as https://…"
        )
        add.add_argument("--name", default="", help="what people call it")
        listing = actions.add_parser("list", help="what is registered")
        remove = actions.add_parser("remove", help="with everything that came from it; accounts and work stay")
        test = actions.add_parser("test", help="ask the platform for its keys and for a token")
        approve = actions.add_parser("approve", help="let a platform launch that registered itself")
        for each in (remove, test, approve):
            each.add_argument("id", type=int, help="as `lti platform list` tells")
        show = verbs.add_parser("keys", help="the tool's keys, and what each does")
        rotate = verbs.add_parser("rotate-keys", help="publish a new key, wait, sign with it, retire the old ones")
        rotate.add_argument("--wait-hours", type=float, default=24, help="how long platforms may keep what they read")
        rotate.add_argument("--now", action="store_true", help="at once: the old key is in wrong hands")
        for each in (add, listing, remove, test, approve, show, rotate):
            each.add_argument("--json", action="store_true", help="one JSON value on standard output")

    def handle(self, *, verb: str, **options: Any) -> None:
        name = f"{verb}_{options['action']}" if verb == "platform" else verb.replace("-", "_")
        getattr(self, name)(**options)

    def tell(self, value: Any, text: str, as_json: bool) -> None:
        self.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) if as_json else text)

    def find(self, pk: int) -> Platform:
        platform = Platform.objects.filter(pk=pk).first()
        if platform is None:
            raise CommandError(f"There is no platform {pk}; see `lti platform list`.")
        return platform

    def platform_add(self, **options: Any) -> None:
        names = ("name", "issuer", "client_id", "auth_url", "token_url", "keyset_url", "token_audience")
        values = {name: options[name].strip() for name in names}
        if options["frame_origin"]:
            values["frame_origins"] = " ".join(text.strip() for text in options["frame_origin"])
        try:
            platform, is_new = add_platform(values, [text.strip() for text in options["deployment_id"]])
        except BadRegistration as error:
            raise CommandError(str(error)) from None
        told = {**describe(platform), "created": is_new}
        self.tell(told, f"platform {platform.pk}: {platform} {'added' if is_new else 'updated'}", options["json"])

    def platform_list(self, **options: Any) -> None:
        told = [describe(platform) for platform in Platform.objects.all()]
        lines = [
            f"{row['id']}  {row['issuer']}  client {row['client_id']}  deployments {', '.join(row['deployment_ids']) or '–'}"
            + ("" if row["is_active"] else "  (not approved)")
            for row in told
        ]
        self.tell(told, "\n".join(lines) or "No platform is registered.", options["json"])

    def platform_remove(self, **options: Any) -> None:
        platform = self.find(options["id"])
        told = describe(platform)
        platform.delete()
        self.tell({"removed": told}, f"platform {told['id']} removed", options["json"])

    def platform_approve(self, **options: Any) -> None:
        platform = self.find(options["id"])
        Platform.objects.filter(pk=platform.pk).update(is_active=True)
        platform.refresh_from_db()
        self.tell(describe(platform), f"platform {platform.pk} may launch", options["json"])

    def platform_test(self, **options: Any) -> None:
        checks = check_platform(self.find(options["id"]))
        told = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks]
        lines = [f"{'ok    ' if check.ok else 'FAILED'}  {check.name}: {check.detail}" for check in checks]
        self.tell(told, "\n".join(lines), options["json"])
        if not all(check.ok for check in checks):
            raise CommandError("The registration does not work yet.")

    def keys(self, **options: Any) -> None:
        keys.signing_key()
        rows = [
            {"kid": key.kid, "state": keys.state_of(key), "signs_from": key.signs_from, "retires_at": key.retires_at}
            for key in ToolKey.objects.all()
        ]
        lines = [
            f"{row['kid']}  {row['state']}  signs from {row['signs_from']:%Y-%m-%d %H:%M}"
            + (f", retires {row['retires_at']:%Y-%m-%d %H:%M}" if row["retires_at"] else "")
            for row in rows
        ]
        self.tell(rows, "\n".join(lines), options["json"])

    def rotate_keys(self, **options: Any) -> None:
        hours = 0.0 if options["now"] else options["wait_hours"]
        if not 0 <= hours <= 24 * 30:
            raise CommandError("--wait-hours: write 0 to 720")
        new = keys.rotate(timedelta(hours=hours))
        told = {"kid": new.kid, "signs_from": new.signs_from}
        self.tell(told, f"{new.kid} is published, and signs from {new.signs_from:%Y-%m-%d %H:%M} UTC", options["json"])
