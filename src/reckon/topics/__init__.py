"""Hot topics in free text: messages about one place or group are gathered, named and ranked by a stated heat."""

from reckon.topics.heat import Heat, HeatWeights, Voices, heat_of
from reckon.topics.message_table import Message, MessageTableInvalid, read_messages
from reckon.topics.run import Summary, topics_of_file
from reckon.topics.settings import SettingsInvalid, TopicSettings, settings_from, settings_in_force

__all__ = [
    "Heat",
    "HeatWeights",
    "Message",
    "MessageTableInvalid",
    "SettingsInvalid",
    "Summary",
    "TopicSettings",
    "Voices",
    "heat_of",
    "read_messages",
    "settings_from",
    "settings_in_force",
    "topics_of_file",
]
