"""Sentences for problems and refusals, by code. Values are filled in by `str.format`."""

from starlette.requests import Request

from app.core.problems import Problem
from app.web.i18n import N_, translate

PROBLEM_SENTENCES = {
    "required": N_("请填写此项"),
    "too_long": N_("最多 {max} 个字，现在是 {length} 个"),
    "too_short": N_("至少写 {min} 个字，现在是 {length} 个"),
    "not_a_number": N_("请填写数字，例如 12.5；收到的是“{value}”"),
    "not_a_whole_number": N_("请填写整数；收到的是“{value}”"),
    "number_too_small": N_("不能小于 {min}"),
    "number_too_large": N_("不能大于 {max}"),
    "not_a_choice": N_("“{value}”不在可选范围内，请重新选择"),
    "not_a_date": N_("请按 2026-11-23 的格式填写日期；收到的是“{value}”"),
    "not_a_time": N_("请按 09:00 的格式填写时间；收到的是“{value}”"),
    "choose_at_least_one": N_("请至少选择一项"),
    "too_many_choices": N_("最多选择 {max} 项，现在是 {count} 项"),
    "price_order": N_("最高价不能低于最低价"),
    "weeks_order": N_("最长周期不能短于最短周期"),
    "quota_order": N_("最多场次不能少于最少场次"),
    "time_order": N_("结束时间必须晚于开始时间"),
    "date_in_past": N_("日期已经过去，请选择今天或以后的日期"),
    "credit_code_length": N_("统一社会信用代码应为 18 位，现在是 {length} 位"),
    "credit_code_look_alike": N_("第 {place} 位是字母 {character}，代码中没有这个字母，是否应为 {suggestion}？"),
    "credit_code_character": N_("第 {place} 位“{character}”不是代码允许的字符"),
    "credit_code_check_digit": N_("校验位不对，请核对是否有一位抄错"),
    "credit_code_taken": N_("该统一社会信用代码已经登记，请联系本机构管理员加入，不要重复登记"),
    "sign_in_failed": N_("账号或密码不对，请重新输入"),
    "stale_version": N_("这条记录在您打开后已被他人修改，请核对后再提交"),
}

ERROR_TITLES = {
    "not_found": N_("没有找到这个页面"),
    "unauthenticated": N_("请先登录"),
    "forbidden": N_("您没有权限做这件事"),
    "csrf": N_("这次提交没有通过安全检查"),
    "too_many_requests": N_("操作太频繁了"),
    "illegal_transition": N_("当前状态下不能这样做"),
    "stale_version": N_("记录已被他人修改"),
    "blocked": N_("现在还不能这样做"),
    "invalid_input": N_("提交的内容有问题"),
    "method_not_allowed": N_("这个地址不接受这种操作"),
    "too_large": N_("提交的内容太大"),
    "error": N_("出了点问题"),
    "internal": N_("系统出错了"),
}

ERROR_HINTS = {
    "not_found": N_("地址可能抄错了，或者内容已下架、不对您公开。可以从首页或产品方案目录重新开始。"),
    "unauthenticated": N_("这个页面需要登录后才能打开。"),
    "forbidden": N_("如果您认为应当有权限，请联系本机构管理员或主办部门。"),
    "csrf": N_("请返回上一页，刷新后重新提交；您填写的内容不会丢失在我们这里，因为没有保存。"),
    "too_many_requests": N_("请稍等片刻再试。"),
    "illegal_transition": N_("页面可能已经过期，请刷新后查看最新状态。"),
    "stale_version": N_("请返回并刷新，核对最新内容后再提交。"),
    "blocked": N_("请按下面列出的原因逐项处理后再试。"),
    "invalid_input": N_("请检查下面列出的内容。"),
    "method_not_allowed": N_("请从页面上的按钮或链接操作。"),
    "too_large": N_("请减少内容或拆分后再提交。"),
    "error": N_("请返回重试。"),
    "internal": N_("我们已经记录下来。请稍后再试，或把页面下方的编号告诉管理员。"),
}


def sentence(request: Request, problem: Problem) -> str:
    """Write a problem as a sentence in the reader's language."""
    text = translate(request, PROBLEM_SENTENCES[problem.code])
    return text.format(**problem.params)
