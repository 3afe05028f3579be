"""The tables: one noun per file."""

from certdash.models.acknowledgement import Acknowledgement
from certdash.models.app import App, Platform, Release
from certdash.models.audit_entry import AuditEntry
from certdash.models.backup_key import BackupKey
from certdash.models.calendar import CalendarEntry, CalendarLink
from certdash.models.certificate import Certificate, Chain, ChainLink, Serving
from certdash.models.channel import Channel, ChannelKind, Delivery, DeliveryState, Pace
from certdash.models.customer import Customer
from certdash.models.endpoint import Endpoint, ProbeSchedule
from certdash.models.environment import Environment, Hosting, Stage
from certdash.models.finding import Finding
from certdash.models.log_in_attempt import LogInAttempt
from certdash.models.membership import PLATFORM_ROLES, Membership, Role
from certdash.models.notice import Event, Notice, NoticePreference
from certdash.models.observation import Observation, Profile
from certdash.models.periodic_run import PeriodicRun
from certdash.models.pin_set import Pin, PinRule, PinSet
from certdash.models.platform_domain import PlatformDomain
from certdash.models.progress import Progress
from certdash.models.rotation import Prediction, Rotation, RotationState
from certdash.models.rotation_count import RotationCount
from certdash.models.saved_filter import SavedFilter
from certdash.models.scenario_override import ScenarioOverride
from certdash.models.stake import Stake
from certdash.models.standing_change import StandingChange
from certdash.models.standing_count import StandingCount
from certdash.models.successor import Successor, SuccessorKind
from certdash.models.trust_store import TrustStore
from certdash.models.user import User
from certdash.models.verdict import DailyCount, Verdict, VerdictChange

__all__ = [
    "PLATFORM_ROLES",
    "Acknowledgement",
    "App",
    "AuditEntry",
    "BackupKey",
    "CalendarEntry",
    "CalendarLink",
    "Certificate",
    "Chain",
    "ChainLink",
    "Channel",
    "ChannelKind",
    "Customer",
    "DailyCount",
    "Delivery",
    "DeliveryState",
    "Endpoint",
    "Environment",
    "Event",
    "Finding",
    "Hosting",
    "LogInAttempt",
    "Membership",
    "Notice",
    "NoticePreference",
    "Observation",
    "Pace",
    "PeriodicRun",
    "Pin",
    "PinRule",
    "PinSet",
    "Platform",
    "PlatformDomain",
    "Prediction",
    "ProbeSchedule",
    "Profile",
    "Progress",
    "Release",
    "Role",
    "Rotation",
    "RotationCount",
    "RotationState",
    "SavedFilter",
    "ScenarioOverride",
    "Serving",
    "Stage",
    "Stake",
    "StandingChange",
    "StandingCount",
    "Successor",
    "SuccessorKind",
    "TrustStore",
    "User",
    "Verdict",
    "VerdictChange",
]
