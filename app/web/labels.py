"""Shown words for codes, marked for translation; times are shown in Beijing time."""

from datetime import datetime

from app.core.clock import CHINA
from app.web.i18n import N_

LABELS: dict[str, dict[str, str]] = {
    "role": {
        "factory_member": N_("工厂成员"),
        "provider_member": N_("服务商成员"),
        "city_organiser": N_("市级主办部门"),
        "provincial_organiser": N_("省级主办部门"),
        "admin": N_("系统管理员"),
    },
    "listing_status": {
        "draft": N_("草稿"),
        "submitted": N_("待审核"),
        "listed": N_("已入目录"),
        "warned": N_("已警示"),
        "suspended": N_("已暂停"),
        "expired": N_("已过期"),
        "removed": N_("已移出"),
    },
    "pool_status": {
        "candidate": N_("候选"),
        "listed": N_("在库"),
        "warned": N_("已警示"),
        "suspended": N_("已暂停"),
        "expired": N_("已过期"),
        "removed": N_("已移出"),
    },
    "offering_kind": {
        "整体方案": N_("整体方案"),
        "产线": N_("产线"),
        "装备": N_("装备"),
        "软件": N_("软件"),
        "平台": N_("平台"),
        "服务": N_("服务"),
        "共享工厂": N_("共享工厂"),
    },
    "deployment": {
        "本地": N_("本地"),
        "私有云": N_("私有云"),
        "公有云": N_("公有云"),
        "混合": N_("混合"),
        "设备": N_("设备"),
        "现场服务": N_("现场服务"),
    },
    "price_model": {
        "一次性": N_("一次性"),
        "订阅": N_("订阅"),
        "按次": N_("按次"),
        "按量": N_("按量"),
        "分成": N_("分成"),
    },
    "factory_level": {
        "FL0": N_("未认定"),
        "FL1": N_("基础级"),
        "FL2": N_("先进级"),
        "FL3": N_("卓越级"),
        "FL4": N_("领航级"),
    },
    "mfg_type": {"process": N_("流程型"), "discrete": N_("离散型")},
    "need_status": {"draft": N_("草稿"), "published": N_("已发布"), "closed": N_("已关闭")},
    "assessment_status": {
        "draft": N_("草稿"),
        "submitted": N_("已提交"),
        "verified": N_("已复核"),
        "returned": N_("已退回"),
    },
    "section_state": {
        "untouched": N_("未开始"),
        "partial": N_("填了一部分"),
        "done": N_("已完成"),
        "returned": N_("有退回意见"),
        "trimmed": N_("已裁剪"),
    },
    "assessment_section": {
        "scope": N_("评估范围"),
        "kpis": N_("关键绩效指标"),
        "eligibility": N_("申报条件"),
        "profile": N_("工厂概况"),
    },
    "assessment_group": {
        "scope": N_("范围"),
        "link": N_("场景"),
        "kpis": N_("指标"),
        "eligibility": N_("条件"),
        "profile": N_("概况"),
    },
    "answer": {
        "1": N_("全部满足"),
        "0.8": N_("大部分满足"),
        "0.5": N_("部分满足"),
        "0": N_("不满足"),
        "none": N_("未作答"),
    },
    "yes_no": {"yes": N_("是"), "no": N_("否"), "unknown": N_("不清楚")},
    "import_status": {
        "proposed": N_("待您确认"),
        "accepted": N_("已采用"),
        "discarded": N_("已放弃"),
    },
    "api_scope": {
        "read": N_("只读"),
        "assessment:write": N_("读取并写入评估"),
    },
    "urgency": {"high": N_("高"), "medium": N_("中"), "low": N_("低")},
    "event_status": {"draft": N_("筹备中"), "published": N_("已发布")},
    "proof": {
        "optimal": N_("已证明最优"),
        "feasible": N_("可行，未证明最优"),
        "infeasible": N_("无可行方案"),
        "unknown": N_("时限内没有结论"),
    },
    "condition_status": {
        "met": N_("达到"),
        "not_met": N_("未达到"),
        "unknown": N_("情况不明"),
        "no_official_number": N_("国家没有给出数值"),
    },
    "scene_status": {
        "none": N_("无"),
        "planned": N_("规划"),
        "pilot": N_("试点"),
        "applied": N_("应用"),
        "optimised": N_("优化"),
    },
    "confirmed_by": {
        "self": N_("服务商自述"),
        "client": N_("客户确认"),
        "department": N_("主管部门确认"),
        "expert": N_("专家确认"),
    },
    "side": {"factory": N_("工厂"), "provider": N_("服务商")},
    "pair_rule": {"must": N_("必须安排"), "forbid": N_("不得安排"), "decline": N_("一方谢绝")},
    "event_session": {"am": N_("上午"), "pm": N_("下午")},
    "interest": {
        "industry": N_("行业对口"),
        "region": N_("地区可服务"),
        "budget": N_("预算够用"),
        "level": N_("有升级打算"),
    },
    "refusal": {
        "forbidden": N_("主办方不得安排"),
        "declined": N_("一方谢绝"),
        "conflict_of_interest": N_("同一机构"),
        "no_common_slot": N_("没有共同时段"),
        "below_floor": N_("低于最低适配度"),
        "factory_full": N_("工厂已排满"),
        "provider_full": N_("服务商已排满"),
        "both_full": N_("双方都已排满"),
        "no_value": N_("没有可谈的内容"),
        "too_low": N_("适配度太低"),
    },
}


def label(table: str, code: str) -> str:
    """Give the Chinese word of a code; an unknown code is a bug and raises KeyError."""
    return LABELS[table][code]


def local_time(moment: datetime) -> str:
    """Write an aware instant in Beijing time, to the minute."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
