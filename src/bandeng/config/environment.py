"""Settings from environment variables: one table of them, read and checked at start."""

import base64
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet


class SettingsWrong(Exception):
    """One or more environment variables are wrong; the message lists all of them."""


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what reads it, its default, and a line for the reader."""

    name: str
    parse: Callable[[str], object]
    default: str
    meaning: str
    secret: bool = False


def _text(value: str) -> str:
    return value.strip()


def _yes_or_no(value: str) -> bool:
    word = value.strip().lower()
    if word in {"1", "yes", "true", "on"}:
        return True
    if word in {"", "0", "no", "false", "off"}:
        return False
    raise ValueError("write yes or no / 请写 yes 或 no")


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _folder(value: str) -> Path:
    path = Path(value).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is a file, a folder is wanted / 这是文件，需要文件夹")
    return path


def _database(value: str) -> str:
    if value and urlsplit(value).scheme not in {"postgresql", "postgres"}:
        raise ValueError("write postgresql://user:password@host:port/name, or leave it empty for SQLite")
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise ValueError("write http://… or https://… / 请写完整网址")
    return value.rstrip("/")


def _oidc_match(value: str) -> str:
    if value not in {"email", "username"}:
        raise ValueError("write email or username / 请写 email 或 username")
    return value


def _whole_number(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("write a whole number from 1 / 请写大于 0 的整数")
    return number


def _fernet_key(value: str) -> str:
    if value:
        Fernet(value.encode())
    return value


def _fernet_keys(value: str) -> list[str]:
    keys = _names(value)
    for key in keys:
        Fernet(key.encode())
    if len(set(keys)) < len(keys):
        raise ValueError("the same key twice / 密钥重复")
    return keys


def _ed25519_seed(value: str) -> str:
    if value and len(base64.b64decode(value, validate=True)) != 32:
        raise ValueError("write 32 bytes in base64 / 请写 32 字节的 base64")
    return value


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "BANDENG_DATA",
        _folder,
        "bandeng-data",
        "folder of the embedded database, photos and keys / 数据文件夹",
    ),
    Variable(
        "BANDENG_DATABASE", _database, "", "postgresql://… ; empty: SQLite in BANDENG_DATA / 数据库", True
    ),
    Variable("BANDENG_URL", _address, "", "public address, for QR codes and forms / 对外网址"),
    Variable(
        "BANDENG_HOSTS", _names, "localhost,127.0.0.1,[::1]", "host names that are answered / 允许的主机名"
    ),
    Variable(
        "BANDENG_SECRET_KEY", _text, "", "signs sessions; empty: made once in BANDENG_DATA / 会话密钥", True
    ),
    Variable(
        "BANDENG_CONTACT_KEY",
        _fernet_key,
        "",
        "Fernet key that seals reporters' contacts / 联系方式密钥",
        True,
    ),
    Variable(
        "BANDENG_CLUE_KEYS",
        _fernet_keys,
        "",
        "Fernet keys of clues, apart from contacts'; the first seals, all open / 线索密钥，首个用于加密",
        True,
    ),
    Variable(
        "BANDENG_AUDIT_KEY",
        _ed25519_seed,
        "",
        "Ed25519 seed that signs audit checkpoints / 审计签名密钥",
        True,
    ),
    Variable("BANDENG_DEBUG", _yes_or_no, "no", "developer's error pages; never in service / 调试"),
    Variable("BANDENG_DEMO", _yes_or_no, "no", "marks every page as demo data / 演示数据标记"),
    Variable(
        "BANDENG_CLASSIFIER", _text, "", "model file; empty: models/classifier in BANDENG_DATA / 分类模型"
    ),
    Variable("BANDENG_OIDC_ISSUER", _address, "", "address of the OIDC provider; empty: off / 统一身份认证"),
    Variable("BANDENG_OIDC_CLIENT_ID", _text, "", "client id at that provider / 客户端编号"),
    Variable("BANDENG_OIDC_CLIENT_SECRET", _text, "", "client secret at that provider / 客户端密钥", True),
    Variable("BANDENG_OIDC_NAME", _text, "统一身份认证", "its name on the login page / 登录页上的名称"),
    Variable(
        "BANDENG_OIDC_MATCH",
        _oidc_match,
        "email",
        "find the account by: email or username / 按邮箱或用户名关联",
    ),
    Variable("BANDENG_WEBHOOKS_INSIDE", _yes_or_no, "no", "webhooks may go to private addresses / 回调内网"),
    Variable("BANDENG_TRUST_PROXY", _yes_or_no, "no", "believe X-Forwarded-For and -Proto / 信任反向代理"),
    Variable("BANDENG_REQUEST_LOG", _yes_or_no, "no", "one line a request, without personal data / 请求日志"),
    Variable("BANDENG_WORKERS", _whole_number, "2", "server processes / 服务进程数"),
    Variable("BANDENG_CONNECTIONS", _whole_number, "10", "database connections a process / 每进程连接数"),
)
MASK = "••••••"
KNOWN_ELSEWHERE = frozenset({"BANDENG_TEST_DATABASE"})


@dataclass(frozen=True)
class Row:
    """One setting as it is shown: secrets masked; `given`: not the default."""

    name: str
    value: str
    given: bool
    meaning: str


@dataclass(frozen=True)
class Environment:
    """The checked values by variable name."""

    values: Mapping[str, object]
    given: frozenset[str] = frozenset()

    def rows(self) -> list[Row]:
        """Every setting as it may be shown to whoever runs the program."""
        return [
            Row(each.name, _shown(each, self.values[each.name]), each.name in self.given, each.meaning)
            for each in VARIABLES
        ]

    def text(self, name: str) -> str:
        """A text value."""
        value = self.values[name]
        assert isinstance(value, str)
        return value

    def flag(self, name: str) -> bool:
        """A yes-or-no value."""
        value = self.values[name]
        assert isinstance(value, bool)
        return value

    def number(self, name: str) -> int:
        """A whole number."""
        value = self.values[name]
        assert isinstance(value, int)
        return value

    def names(self, name: str) -> list[str]:
        """A list of names."""
        value = self.values[name]
        assert isinstance(value, list)
        return value

    @property
    def data(self) -> Path:
        """The data folder; it may not exist yet."""
        value = self.values["BANDENG_DATA"]
        assert isinstance(value, Path)
        return value


def _shown(variable: Variable, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ",".join(value) if isinstance(value, list) else str(value)
    return MASK if variable.secret and text else text


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """Read and check every variable. Raises SettingsWrong naming each wrong or unknown one."""
    values: dict[str, object] = {}
    problems: list[str] = []
    for variable in VARIABLES:
        raw = environ.get(variable.name, "") or variable.default
        try:
            values[variable.name] = variable.parse(raw)
        except ValueError as error:
            shown = "(secret)" if variable.secret else repr(raw)
            problems.append(f"{variable.name} = {shown}: {error}")
    known = {variable.name for variable in VARIABLES} | KNOWN_ELSEWHERE
    problems.extend(
        f"{name}: no such setting; see `bandeng settings` / 没有这个设置项"
        for name in sorted(environ)
        if name.startswith("BANDENG_") and name not in known
    )
    clue_keys = values.get("BANDENG_CLUE_KEYS")
    if isinstance(clue_keys, list) and values.get("BANDENG_CONTACT_KEY") in clue_keys:
        problems.append("BANDENG_CLUE_KEYS: not the key of contacts again / 线索密钥须与联系方式密钥不同")
    oidc = ("BANDENG_OIDC_ISSUER", "BANDENG_OIDC_CLIENT_ID")
    if any(values.get(name) for name in oidc) and not all(values.get(name) for name in oidc):
        problems.append("BANDENG_OIDC_ISSUER and BANDENG_OIDC_CLIENT_ID go together / 两项须同时设置")
    if problems:
        raise SettingsWrong("\n".join(problems))
    return Environment(values, frozenset(name for name in known if environ.get(name)))


def kept_secret(*, folder: Path, name: str, make: Callable[[], str]) -> str:
    """The secret kept in FOLDER/keys/NAME, made there once with owner-only access."""
    path = folder / "keys" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _written_secret(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    return path.read_text(encoding="ascii").strip()


def _written_secret(path: Path) -> str:
    """Another process may be in the act of writing the key: wait for it rather than take half of it."""
    for _ in range(100):
        value = path.read_text(encoding="ascii").strip()
        if value:
            return value
        time.sleep(0.02)
    raise SettingsWrong(f"{path} is empty; remove it if no data was sealed with it / 密钥文件为空")


def random_secret() -> str:
    """A fresh secret for signing."""
    return secrets.token_urlsafe(48)


def random_fernet_key() -> str:
    """A fresh Fernet key."""
    return Fernet.generate_key().decode()


def random_seed() -> str:
    """A fresh 32-byte seed in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def database_parts(address: str) -> dict[str, object]:
    """A postgresql:// address as Django's NAME, USER, PASSWORD, HOST, PORT."""
    parts = urlsplit(address)
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
