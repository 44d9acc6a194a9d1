"""Sentences for problems and refusals, by code. Values are filled in by `str.format`."""

from starlette.requests import Request

from app.core.problems import Problem
from app.services.import_sentences import IMPORT_SENTENCES
from app.web.i18n import N_, translate

PROBLEM_SENTENCES = {
    **IMPORT_SENTENCES,
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
    "credit_code_look_alike": N_(
        "第 {place} 位是字母 {character}，代码中没有这个字母，是否应为 {suggestion}？"
    ),
    "credit_code_character": N_("第 {place} 位“{character}”不是代码允许的字符"),
    "credit_code_check_digit": N_("校验位不对，请核对是否有一位抄错"),
    "credit_code_taken": N_("该统一社会信用代码已经登记，请联系本机构管理员加入，不要重复登记"),
    "login_taken": N_("这个账号已有人使用，请换一个"),
    "login_characters": N_("账号用 3 到 80 个字母、数字或 . _ - @，以字母或数字开头"),
    "password_too_short": N_("密码至少 {min} 位，现在是 {length} 位"),
    "password_differs": N_("两次输入的密码不一样，请重新输入"),
    "form_used": N_("这张表单已经提交过，请重新打开页面填写"),
    "county_not_in_region": N_("“{value}”不在{region}的县（市、区）里，请从列表中选择或留空"),
    "factory_name_taken": N_("本机构已有同名工厂，请换一个名称，例如加上厂区"),
    "system_name_too_long": N_(
        "“{value}…”太长：一个系统的名称最多 {max} 个字，现在是 {length} 个；请用顿号分开"
    ),
    "offering_pain_points_missing": N_("请写明解决什么痛点，最好用车间里的话"),
    "offering_description_too_short": N_("“做什么、怎么做”至少写 {min} 个字，现在是 {length} 个"),
    "offering_scenes_missing": N_("请至少选择一个对应场景（只有“服务”类可以不选）"),
    "offering_weeks_missing": N_("请填写交付周期，最短和最长至少填一项"),
    "offering_price_advice": N_("没有报价：目录显示“价格面议”，但不会进入预算内的组合方案"),
    "offering_functions_advice": N_("没有列出功能：对比时看不出差别"),
    "offering_indicators_advice": N_("没有效果指标：工厂更相信有数的说法"),
    "offering_deployment_advice": N_("没有部署方式"),
    "offering_not_editable_submitted": N_("正在审核，不能修改；退回后可以改"),
    "offering_not_editable_listed": N_(
        "已经入过目录的内容不能直接改，以免目录与审核结果不符；请用“复制为新草稿”改好后重新提交审核"
    ),
    "return_reason_missing": N_("请写明退回的理由，服务商要据此修改"),
    "assessment_return_note_missing": N_(
        "退回修改至少要写一条意见：写在具体的项下面，或写在总的意见里"
    ),
    "assessment_verify_with_notes": N_(
        "有 {count} 处写了修改意见，不能同时通过：请退回修改，或清空这些意见后再通过"
    ),
    "assessment_note_place": N_("“{value}”不是可以写意见的地方"),
    "assessment_already_verified": N_("{name}已于 {time} 通过复核，您的决定没有保存"),
    "assessment_already_returned": N_("{name}已于 {time} 退回修改，您的决定没有保存"),
    "contact_in_text": N_(
        "文字里像是有联系方式“{value}”。需求会给服务商看，请删去；如果确实要写，请勾选下面的确认"
    ),
    "criteria_not_utf8": N_("第 {line} 行：文件不是 UTF-8 编码，请另存为 UTF-8 后再上传"),
    "criteria_not_json": N_("第 {line} 行：不是合法的 JSON（{detail}）"),
    "criteria_set_too_long": N_("文件太长，标准集最多 400 万个字符"),
    "criteria_missing_file": N_("缺少参考文件 {place}"),
    "criteria_missing_field": N_("第 {line} 行（{place}）：缺少字段（{detail}）"),
    "criteria_not_a_text": N_("第 {line} 行（{place}）：应填文字且不能为空（{detail}）"),
    "criteria_not_a_number": N_("第 {line} 行（{place}）：应填数字（{detail}）"),
    "criteria_not_whole": N_("第 {line} 行（{place}）：应填整数（{detail}）"),
    "criteria_not_a_flag": N_("第 {line} 行（{place}）：应填 true 或 false（{detail}）"),
    "criteria_not_texts": N_("第 {line} 行（{place}）：应是文字的列表（{detail}）"),
    "criteria_not_wholes": N_("第 {line} 行（{place}）：应是整数的列表（{detail}）"),
    "criteria_not_an_object": N_("第 {line} 行（{place}）：应是一个对象 {{…}}"),
    "criteria_not_a_list": N_("第 {line} 行（{place}）：应是一个列表 […]（{detail}）"),
    "criteria_no_provenance": N_("第 {line} 行（{place}）：没有写明出处 src"),
    "criteria_bad_choice": N_("第 {line} 行（{place}）：不在可选的值之内（{detail}）"),
    "criteria_bad_code": N_("第 {line} 行（{place}）：代码只能用大写字母、数字和连字符"),
    "criteria_bad_version": N_("第 {line} 行（{place}）：版本号只能用字母、数字和 . + -"),
    "criteria_unknown_file": N_("第 {line} 行（{place}）：没有这个参考文件（{detail}）"),
    "criteria_unknown_place": N_("第 {line} 行（{place}）：找不到要改的位置（{detail}）"),
    "criteria_unknown_code": N_("第 {line} 行（{place}）：引用了没有定义的代码（{detail}）"),
    "criteria_levels_incomplete": N_("第 {line} 行（{place}）：一级到五级必须各有一条"),
    "criteria_not_in_domain": N_("第 {line} 行（{place}）：子域与它的能力域对不上"),
    "criteria_weights_not_100": N_(
        "第 {line} 行（{place}）：同一层的权重之和必须是 100（{detail}）"
    ),
    "criteria_weight_not_positive": N_("第 {line} 行（{place}）：权重必须大于 0（{detail}）"),
    "criteria_link_empty": N_("第 {line} 行（{place}）：这个环节没有任何场景"),
    "criteria_no_maturity_floor": N_("第 {line} 行（{place}）：成熟度门槛必须是 1 到 5 级"),
    "criteria_bad_levels": N_("第 {line} 行（{place}）：支撑的等级只能是 1 到 5"),
    "criteria_prerequisites_cyclic": N_("第 {line} 行（{place}）：前置关系绕成了圈（{detail}）"),
    "criteria_version_taken": N_(
        "{detail} 已经载入过，而且内容不同：标准集一经载入就不再改变，请提高版本号"
    ),
    "need_not_draft": N_("这条需求已经发布或关闭，不能再改；请写一条新的需求"),
    "symptoms_no_problem": N_("没有看出要解决的问题，请写写车间里看到的事"),
    "symptoms_too_many": N_("一次最多 {max} 条，这里有 {count} 条；请分几次提交"),
    "symptoms_nothing_kept": N_("每一条都勾了“不作为需求”，没有可以保存的"),
    "gaps_none_chosen": N_("请先勾选要变成需求的差距"),
    "need_warning_contact": N_("像是联系方式：“{value}”。需求会给服务商看，请删去"),
    "need_warning_organisation": N_("提到了平台上的其他机构：“{value}”。请改成不点名的说法"),
    "need_warning_organisation_like": N_("像是其他单位的名称：“{value}”。请改成不点名的说法"),
    "need_warning_person": N_("像是人名：“{value}”。请改成岗位，例如“车间主任”"),
    "assessment_ai_without_status": N_("请先选择这个场景的状态，再勾选人工智能"),
    "assessment_too_many_findings": N_("最多写 {max} 条，现在是 {count} 条；请合并相近的"),
    "assessment_finding_too_long": N_("第 {line} 条有 {length} 个字，每条最多 {max} 个字"),
    "assessment_waiting": N_("上一版评估正在等市级主管部门复核，复核之后才能开始新的一版"),
    "assessment_not_editable_submitted": N_(
        "这份评估已经提交，正在等市级主管部门复核，不能修改；退回后可以改"
    ),
    "assessment_not_editable_verified": N_(
        "这份评估已经复核，不能再改；情况有变化请以它为底开始新的一版"
    ),
    "assessment_not_a_draft": N_("这份评估提交过，市级主管部门已经知道它，不能删除；可以继续修改"),
    "assessment_scope_missing": N_("还没有确认评估范围"),
    "assessment_day_in_future": N_("评估日期在今天之后"),
    "assessment_answers_missing": N_("{total} 个等级里还有 {count} 个没有作答"),
    "assessment_contradiction": N_("内容与评价标准对不上（{place}），请重新填写这一节"),
    "assessment_note_open": N_("主管部门提了 {count} 条意见，退回后还没有重新保存过这一节"),
    "assessment_level_order": N_("{high} 级比 {low} 级答得好，通常是低一级的要求先满足，请核对"),
    "assessment_evidence_missing": N_("有 {count} 个子域没有写佐证，复核时可能被退回"),
    "assessment_scenes_missing": N_("有 {count} 个场景没有选，按“无”计算"),
    "assessment_kpis_missing": N_("没有填任何指标，成效无法对比"),
    "assessment_eligibility_missing": N_("有 {count} 条没有答或不清楚，判断等级条件时按“情况不明”"),
    "assessment_budget_missing": N_("没有填预算，组合方案要在匹配时再填"),
    "assessment_kpi_over_hundred": N_("{code} {name}超过 100%，请核对单位"),
    "assessment_kpi_no_present": N_("{code} {name}只填了建设前，没有填现在"),
    "assessment_kpi_worse": N_("{code} {name}现在比建设前差，请核对两个数是否填反"),
    "token_limit": N_("每人在一个机构最多有 {max} 个有效的令牌，请先停用不用的"),
    "no_assessment": N_("工厂还没有提交成熟度评估，无法判断差距"),
    "sign_in_failed": N_("账号或密码不对，请重新输入"),
    "stale_version": N_("这条记录在您打开后已被他人修改，请核对后再提交"),
    "event_no_slots": N_("还没有时段，请至少安排一个时段"),
    "event_no_tables": N_("还没有桌位，请至少填写一张桌子"),
    "event_no_factories": N_("参会名单里还没有工厂"),
    "event_no_providers": N_("参会名单里还没有服务商"),
    "event_too_many_slots": N_("一天最多 {max} 个时段，现在是 {count} 个"),
    "event_too_many_tables": N_("最多 {max} 张桌子，现在是 {count} 张"),
    "event_table_twice": N_("桌号“{label}”重复了，每张桌子要有不同的编号"),
    "event_sessions_overlap": N_(
        "上午的最后一场还没结束，下午就开始了；请推迟下午开始时间或减少上午场次"
    ),
    "event_past_midnight": N_("最后一场会超过当天 24 点，请减少场次或提早开始"),
    "event_published": N_("活动已发布，不能再改日期、时段和桌位；请先撤回发布"),
    "event_cannot_invite": N_("选择的企业不在可邀请范围内，请刷新后重新选择"),
    "event_unknown_slot": N_("选择的时段不存在，请刷新后重新选择"),
    "event_pair_sides": N_("请一边选工厂，一边选服务商"),
    "event_factory_min_above_partners": N_(
        "每家工厂至少 {least} 场，但名单里只有 {partners} 家服务商"
    ),
    "event_provider_min_above_partners": N_(
        "每家服务商至少 {least} 场，但名单里只有 {partners} 家工厂"
    ),
    "event_factory_min_above_slots": N_("每家工厂至少 {least} 场，但只有 {slots} 个时段"),
    "event_provider_min_above_slots": N_("每家服务商至少 {least} 场，但只有 {slots} 个时段"),
    "participant_published": N_("已发布的时间表里有“{name}”的洽谈；请先撤回发布，再移出名单"),
    "run_incomplete": N_("这次生成没有得到完整的时间表，不能发布"),
    "run_breaks_rules": N_("独立检查发现时间表违反规则，不能发布"),
    "run_outdated": N_("第 {seq} 次生成之后，活动信息、名单或规则有改动；请重新生成后再发布"),
    "plan_places": N_(
        "{tables} 张桌子 × {slots} 个时段最多 {available} 场，需要 {needed} 场：再加 {more_tables} 张桌子或 {more_slots} 个时段"
    ),
    "plan_must_same_organisation": N_(
        "“{factory}”与“{provider}”属于同一机构，不能“必须安排”：请删除这条规则"
    ),
    "plan_must_forbidden": N_("“{factory}”与“{provider}”既“必须安排”又“不得安排”：请删除其中一条"),
    "plan_must_declined": N_(
        "“{factory}”与“{provider}”已有一方谢绝，不能“必须安排”：请删除其中一条"
    ),
    "plan_no_common_slot": N_(
        "“{factory}”与“{provider}”没有同时在场的时段：请调整一方的缺席时段，或删除“必须安排”"
    ),
    "plan_must_above_maximum": N_(
        "“{name}”有 {needed} 条“必须安排”，但它最多只能谈 {available} 场：把上限提高 {more} 场，或删除 {more} 条规则"
    ),
    "plan_contradiction": N_("名单或规则互相矛盾（{code}），请检查后再试"),
    "plan_slots_below_meetings": N_("“{name}”有 {needed} 场洽谈，但只有 {available} 个时段"),
    "plan_availability_below_meetings": N_(
        "“{name}”有 {needed} 场洽谈，但它在场的时段只有 {available} 个"
    ),
    "plan_slot_overbooked": N_("“{name}”在同一时段被固定了 {needed} 场洽谈"),
    "plan_fact_tables": N_("桌子只有 {tables} 张"),
    "plan_fact_fairness": N_("各家空档次数相差不得超过 {spread}"),
    "plan_fact_availability": N_("“{name}”有缺席时段"),
    "plan_no_timetable": N_("这些规则合在一起排不出时间表"),
    "plan_unknown": N_("在 {seconds} 秒内没有找到完整的时间表：可以重试，或增加桌子、时段"),
    "change_add_slots": N_("再加 {amount} 个时段"),
    "change_add_tables": N_("再加 {amount} 张桌子"),
    "change_raise_fairness": N_("把空档次数的差距放宽 {amount} 次"),
    "change_free_availability": N_("请“{name}”全程在场"),
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
    "media_type": N_("不接受这种内容类型"),
    "busy": N_("系统正忙"),
    "engine_refused": N_("数据有矛盾，无法计算"),
    "error": N_("出了点问题"),
    "internal": N_("系统出错了"),
}

ERROR_HINTS = {
    "not_found": N_(
        "地址可能抄错了，或者内容已下架、不对您公开。可以从首页或产品方案目录重新开始。"
    ),
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
    "media_type": N_("请用 Content-Type: application/json 发送 JSON。"),
    "busy": N_("别人正在保存，这次没有轮到；没有保存任何内容，请稍后再试。"),
    "engine_refused": N_("评估里有与评价标准对不上的内容，请检查评估后再试，或联系主管部门。"),
    "error": N_("请返回重试。"),
    "internal": N_("我们已经记录下来。请稍后再试，或把页面下方的编号告诉管理员。"),
}


def sentence(request: Request, problem: Problem) -> str:
    """Write a problem as a sentence in the reader's language."""
    text = translate(request, PROBLEM_SENTENCES[problem.code])
    return text.format(**problem.params)
