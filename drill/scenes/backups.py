"""Backups that are not made or not tried, a log that is not archived, certificates that end."""

from datetime import UTC, datetime, timedelta

from deploy.backup.place import Place
from deploy.certificates import Authority
from drill.scenes.stage import RP, Scene, Stage

HOURS, DAYS = 3600.0, 86400.0


def noted(stage: Stage, **ages: float) -> None:
    """Note backups as old as said; those not named are new."""
    for kind in ("base", "dump", "drill"):
        Place(stage.backups).note(kind, datetime.now(UTC) - timedelta(seconds=ages.get(kind, 0.0)))


def no_backup_for_a_day(stage: Stage) -> None:
    """Let the last ones be older than 26 hours."""
    noted(stage, base=27 * HOURS, dump=50 * HOURS)


def no_trial_for_a_quarter(stage: Stage) -> None:
    """Let the last trial be older than 100 days."""
    noted(stage, drill=101 * DAYS)


def all_is_new(stage: Stage) -> None:
    """Note all of them as just done."""
    noted(stage)


def archive_refuses(stage: Stage) -> None:
    """Let nobody write into the archive, and give the server something to archive."""
    Place(stage.backups).log.rename(stage.backups / "away")
    stage.sql(
        "rp_reporting", "CREATE TABLE drill AS SELECT generate_series(1, 1000) AS number", "SELECT pg_switch_wal()"
    )


def archive_takes_again(stage: Stage) -> None:
    """Give it back; the server tries again each minute."""
    (stage.backups / "away").rename(Place(stage.backups).log)
    stage.sql("rp_reporting", "DROP TABLE drill")


def certificate_ends_in_weeks(stage: Stage) -> None:
    """Put a certificate of 20 days into the place of rp's; its broker has the old one loaded."""
    Authority(stage.paths.tls).issue("rp", until=datetime.now(UTC) + timedelta(days=20))


def certificate_ends_in_days(stage: Stage) -> None:
    """Put one of 5 days there."""
    Authority(stage.paths.tls).issue("rp", until=datetime.now(UTC) + timedelta(days=5))


def certificate_is_renewed(stage: Stage) -> None:
    """Issue a new one."""
    Authority(stage.paths.tls).issue("rp")


SCENES = (
    Scene(
        "BackupOverdue",
        "`backups.json` says: base copy 27 hours old, dump 50",
        no_backup_for_a_day,
        all_is_new,
        RP,
    ),
    Scene("RestoreDrillOverdue", "it says: last trial 101 days ago", no_trial_for_a_quarter, all_is_new, RP),
    Scene("LogNotArchived", "the archive's folder moved away", archive_refuses, archive_takes_again, RP),
    Scene(
        "CertificateExpires",
        "a certificate of 20 days in the place of rp's",
        certificate_ends_in_weeks,
        certificate_is_renewed,
        RP | {"name": "rp", "severity": "ticket"},
    ),
    Scene(
        "CertificateExpires",
        "one of 5 days",
        certificate_ends_in_days,
        certificate_is_renewed,
        RP | {"name": "rp", "severity": "page"},
    ),
)
