"""Names of the demo district's places. All are invented; none stands for a real place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Toponym:
    """A name in Chinese and in English."""

    zh: str
    en: str


DISTRICT = Toponym(zh="澄湖区", en="Chenghu District")
CENTRAL_STREET = "澄湖"
STREETS = (
    Toponym("青石", "Qingshi Street"),
    Toponym("柳岸", "Liu'an Street"),
    Toponym("北桥", "Beiqiao Street"),
    Toponym("澄湖", "Chenghu Street"),
    Toponym("云亭", "Yunting Street"),
    Toponym("锦塘", "Jintang Street"),
    Toponym("古渡", "Gudu Street"),
    Toponym("沙浦", "Shapu Street"),
    Toponym("丰禾", "Fenghe Street"),
    Toponym("兰渚", "Lanzhu Street"),
    Toponym("明溪", "Mingxi Street"),
    Toponym("江汀", "Jiangting Street"),
    Toponym("桂园", "Guiyuan Street"),
    Toponym("竹里", "Zhuli Street"),
)

#: Communities that a street has before the general pattern sets in.
FIRST_COMMUNITIES: dict[str, tuple[str, ...]] = {
    "青石": ("石桥", "青阳", "石坊", "青云"),
    "柳岸": ("柳堤", "柳桥", "工业园", "长堤", "柳新", "塘湾", "堤北", "新柳"),
    "北桥": ("桥西", "桥东", "北苑", "桥头"),
    "澄湖": ("湖滨", "澄心", "湖东", "湖心"),
    "云亭": ("亭前", "云栖里", "亭后", "云上"),
    "锦塘": ("塘北", "锦绣里", "塘南", "锦园"),
    "古渡": ("渡口", "古槐", "渡东", "老街"),
    "沙浦": ("沙南", "浦口", "沙北", "浦新"),
    "丰禾": ("禾西", "丰乐", "禾东", "丰收里"),
    "兰渚": ("兰东", "渚头", "兰西", "渚上"),
    "明溪": ("溪东", "溪西", "明德里", "溪口"),
    "江汀": ("汀南", "江畔", "汀北", "江湾"),
    "桂园": ("桂东", "桂西", "园前", "桂香"),
    "竹里": ("竹园", "竹溪", "里仁", "竹影"),
}
COMMUNITY_ENDINGS = (
    "中",
    "苑",
    "坊",
    "华",
    "安",
    "和",
    "兴",
    "湾",
    "秀",
    "泽",
    "盛",
    "荣",
    "康",
    "乐",
    "明",
    "丰",
    "宁",
    "馨",
)
ROAD_FIRST = (
    "新风",
    "文晖",
    "长乐",
    "平安",
    "朝晖",
    "延康",
    "学林",
    "育才",
    "永泰",
    "康宁",
    "迎春",
    "秋涛",
    "望江",
    "金桥",
    "银杏",
    "梧桐",
    "石榴",
    "海棠",
    "青年",
    "振兴",
    "兴业",
    "创新",
    "和睦",
    "民生",
    "丰收",
    "采荷",
)
COMPOUND_FIRST = (
    "锦绣",
    "翠湖",
    "丽景",
    "阳光",
    "金色",
    "馨香",
    "碧水",
    "云锦",
    "桃源",
    "星辰",
    "和风",
    "静安",
    "南山",
    "东篱",
    "春晓",
    "秋实",
    "听涛",
    "望月",
    "临水",
    "书香",
    "汇景",
    "翡翠",
    "橙子",
    "蓝庭",
    "绿洲",
    "嘉禾",
    "瑞祥",
    "悦来",
)
COMPOUND_LAST = ("花园", "苑", "家园", "新村", "公寓", "名邸", "华庭", "里", "雅居", "小区", "府", "庭院")
SHOP_FIRST = (
    "老灶",
    "小满",
    "阿香",
    "百味",
    "好邻居",
    "顺意",
    "满口福",
    "鲜果时光",
    "快捷",
    "巧匠",
    "飞扬",
    "美滋",
    "千里",
    "舒心",
    "万家",
    "鸿运",
    "星辉",
    "佳佳",
    "宏达",
    "一品",
)
SHOP_LAST = (
    "烧烤店",
    "面馆",
    "超市",
    "水果店",
    "理发店",
    "健身房",
    "棋牌室",
    "洗车行",
    "便利店",
    "奶茶店",
    "火锅店",
    "服装店",
    "药房",
    "宠物店",
    "五金店",
    "早餐店",
    "足浴店",
    "培训中心",
    "美容院",
    "快餐店",
)


def community_name(*, street: str, number: int) -> str:
    """The name of a street's n-th community, counted from one; none comes twice."""
    names = [*FIRST_COMMUNITIES[street]]
    names += [
        character + ending
        for ending in COMMUNITY_ENDINGS
        for character in street
        if character + ending not in names
    ]
    return names[number - 1]
