"""The eight kinds of fraud."""

from enum import StrEnum


class ScamType(StrEnum):
    """What the caller pretends; the eight kinds of the TeleAntiFraud dialogues."""

    BANK = "bank"
    CUSTOMER_SERVICE = "customer_service"
    IDENTITY = "identity"
    INVESTMENT = "investment"
    KIDNAPPING = "kidnapping"
    LOTTERY = "lottery"
    PARCEL = "parcel"
    PHISHING = "phishing"


CHINESE_NAMES = {
    "银行诈骗": ScamType.BANK,
    "客服诈骗": ScamType.CUSTOMER_SERVICE,
    "身份盗窃": ScamType.IDENTITY,
    "投资诈骗": ScamType.INVESTMENT,
    "绑架诈骗": ScamType.KIDNAPPING,
    "彩票诈骗": ScamType.LOTTERY,
    "邮件诈骗": ScamType.PARCEL,  # its dialogues are all about parcels, none about electronic mail
    "钓鱼诈骗": ScamType.PHISHING,
}
"""The names that files of labelled dialogues use."""
