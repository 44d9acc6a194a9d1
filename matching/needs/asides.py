"""Stretches of a text that are no problem: greetings, who we are, contact lines, thanks."""

import re
from enum import StrEnum

from matching.needs.contacts import contact_spans


class AsideKind(StrEnum):
    """Why a stretch is no problem."""

    GREETING = "greeting"
    ABOUT = "about"
    LEAD = "lead"
    CONTACT = "contact"
    THANKS = "thanks"


_US = (
    r"(?:我们?(?:公司|厂|单位|企业|集团|这个?厂|是)?|本(?:公司|厂|企业|单位)"
    r"|我司|公司|企业|厂子|工厂)"
)
# A clause with such a word says that something is wrong, however it begins.
_TROUBLE = re.compile(
    r"不(?!锈钢)|没|坏|老是|总是|难|慢|乱|停|漏|错|断|裂|返|废品|报废|超标|靠|凭|贵|浪费|丢|堵|缺|手工"
)
_GREETING = re.compile(
    r"(?:尊敬的|各位|亲爱的)[\w、]{0,12}|(?:您|你|大家|领导|老师|专家)+(?:们)?好|(?:早上|上午|下午|晚上)好"
    r"|hi|hello|(?:您好|你好)[呀啊吗]?|(?:领导|专家|老师)们?(?:您好|你好|好)?"
)
_ABOUT = re.compile(
    rf"{_US}.{{0,16}}(?:成立于|始建于|创建于|创办于|成立|建厂|位于|坐落|地处|是一家|是家"
    r"|专业(?:生产|从事|做)|主营"
    r"|主要(?:做|生产|从事|产品)|专门做|从事|经营范围)"
    rf"|(?:我们|咱们?|我)(?:厂|公司|这)?(?:是|就是)?(?:做|干|生产|搞)[^不没]{{1,24}}的(?:厂|企业|公司|小厂)?$"
    r"|(?:成立于|始建于|创建于|创办于|建厂|位于|坐落|地处|占地|注册资[本金]|固定资产|总资产|是一家)"
    r"|(?:现有|共有|有)?(?:员工|职工|工人|在职)[^，。]{0,6}\d+[^，。]{0,3}[人名]$|\d+(?:多|来)?(?:名|个)?(?:员工|职工|工人|人)$"
    r"|(?:主要|专业|专门)(?:做|生产|从事|加工)[^不没难慢坏]{1,20}$"
    r"|(?:主要|主营)产品(?:是|有|为|包括)|年(?:产值|销售额|营收|收入|产能|产量)[^不没降少掉跌减低涨才只]{0,12}$"
    r"|(?:是)?(?:省级|市级|国家级|国家)?(?:高新技术企业|专精特新|小巨人)(?:企业)?$"
)
_LEAD = re.compile(
    r".{0,16}(?:问题|困难|难处|痛点|需求|毛病|情况|事|几点|几条|几个方面)(?:如下|是这样的|有这些|有[几这]些?个?)[：:。]?$"
    r"|.{0,14}(?:有|存在|说|提|反映|汇总|列)(?:了|着|一下|下)?(?:以下|下面|这么|这|如下|好?几)(?:[几些]?[个条点样件]?)?(?:问题|困难|难处|痛点|需求|毛病|事)?(?:[：:。]|$)"
    r"|(?:现在|目前)?(?:主要|最大|最头疼)的?(?:问题|困难|痛点|毛病)(?:是|有|就是)?[：:]$"
    rf"|(?:{_US}|现在|目前|当前|存在|主要|厂里|这边|的){{0,4}}"
    r"(?:问题|困难|需求|痛点|现状|毛病)(?:是|有)?[：:]$"
)
_THANKS = re.compile(
    r"(?:非常|多|十分)?(?:谢谢|感谢|多谢|劳驾|辛苦)(?:了|啦|您|你|大家|各位|领导|专家|老师|支持|们)*$"
    r"|(?:盼|望|请|敬请|期待)(?:早日|尽快|能|您|你们?)*(?:回复|答复|指导|指教|联系|帮助)(?:我们)?$|此致|敬礼|顺祝商祺"
    r"|以上(?:就是|是|这些)?(?:我们?厂?的?)?(?:全部|主要)?(?:问题|情况|需求|这些|这几点|几点)?$"
    r"|(?:麻烦|请)(?:各位|领导|专家|老师|你们|您)*(?:帮忙|帮我们|给)?(?:看看|看一下|指点|出出主意|推荐)(?:一下|下)?$"
)
_CONTACT = re.compile(
    r"(?:联系(?:人|电话|方式|我)|电话|手机|微信|邮箱|座机|QQ|传真|邮件)(?:号码?|同号)?(?:是|为)?\s*[：:]?",
    re.I,
)
_MARKS = re.compile(r"^[\s“”\"'（()）]+|[\s，,。！!？?；;.～~”\"')）]+$")


def aside_kind(clause: str) -> AsideKind | None:
    """Say why a clause is no problem; None: it may be one. Whole clauses only, by their words."""
    bare = _MARKS.sub("", clause)
    if _GREETING.fullmatch(bare.rstrip("：:")):
        return AsideKind.GREETING
    if _is_contact(bare):
        return AsideKind.CONTACT
    if _THANKS.fullmatch(bare):
        return AsideKind.THANKS
    if _LEAD.fullmatch(bare):
        return AsideKind.LEAD
    return AsideKind.ABOUT if _ABOUT.match(bare) and not _TROUBLE.search(bare) else None


def _is_contact(bare: str) -> bool:
    """Tell whether a clause gives contact data and little else."""
    spans = contact_spans(bare)
    label = _CONTACT.search(bare)
    if label and label.group() == bare:
        return True
    if not spans:
        # "联系人：李先生": a label with a short value.
        return bool(label and label.start() <= 4 and "联系" in label.group() and len(bare) <= 14)
    rest = len(bare) - sum(end - start for start, end in spans)
    return rest <= (16 if label else 6)
