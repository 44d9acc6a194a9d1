"""Chinese sentences for what is wrong with an imported file or one of its cells.

They stand here, below web and command line, because both say them, and the annotated workbook and
the API too. `app.web.messages` takes them over for translation.
"""

from collections.abc import Mapping

from app.core.problems import Problem


def N_(text: str) -> str:  # noqa: N802 - the name that the extraction looks for
    """Mark a sentence for translation."""
    return text


IMPORT_SENTENCES = {
    "import_score": N_(
        "“{value}”不是可用的得分；请填 {scale}，或“全部满足、大部分满足、部分满足、不满足”"
    ),
    "import_level": N_("“{value}”不是等级；请填 1 到 5"),
    "import_yes_no": N_("“{value}”看不懂；请填“是”或“否”"),
    "import_yes_no_unknown": N_("“{value}”看不懂；请填“是”“否”或“不清楚”"),
    "import_scene_status": N_("“{value}”不是场景现状；请填 无、规划、试点、应用 或 优化"),
    "import_number": N_("“{value}”不是数字；请只填数字，例如 12.5"),
    "import_number_range": N_("“{value}”超出范围；应在 {min} 到 {max} 之间"),
    "import_whole": N_("“{value}”不是整数"),
    "import_day": N_("“{value}”不是日期；请按 2026-06-01 的格式填写"),
    "import_day_future": N_("评估日期 {value} 还没有到；请填今天或以前的日期"),
    "import_code_missing": N_("这一行有内容，但没有编码；请从模板里复制编码"),
    "import_unknown_subdomain": N_("没有编码为“{value}”的能力子域；请使用 M01 到 M20"),
    "import_not_applicable": N_("能力子域 {value} 不适用于本厂的制造类型，请清空这一行"),
    "import_not_trimmable": N_("能力子域 {value} 不能裁剪；只有制造要素的子域可以裁剪"),
    "import_unknown_scene": N_("没有编码为“{value}”的场景；请使用 S01 到 S40"),
    "import_unknown_kpi": N_("没有编码为“{value}”的指标；请使用 K01 到 K20"),
    "import_unknown_eligibility": N_("没有编码为“{value}”的申报条件"),
    "import_unknown_item": N_("“{value}”不是概况里的项目；请使用模板里的项目名称"),
    "import_ai_without_status": N_("填了人工智能，但没有填场景现状"),
    "import_duplicate": N_("{value} 与第 {row} 行重复；请只保留一行"),
    "import_text_long": N_("文字太长：最多 {max} 个字，现在是 {length} 个"),
    "import_too_many_findings": N_("一个子域最多 {max} 条发现，现在是 {count} 条"),
    "import_crowded_findings": N_(
        "{code} 会有 {count} 条发现，一个子域最多 {max} 条；请少勾选几条，或先合并已有的"
    ),
    "import_too_many_systems": N_("最多填写 {max} 个在用系统，现在是 {count} 个"),
    "import_mfg_type": N_("“{value}”看不懂；请填“流程型”或“离散型”"),
    "import_no_file": N_("请先选择文件"),
    "import_kind": N_("不能导入“{extension}”文件；请用 xlsx、docx、pdf 或 json"),
    "import_nothing": N_("文件里没有可以导入的内容；请填好后再上传"),
    "import_wrong_factory": N_("这份模板是为另一家工厂下载的；请从本厂的页面下载模板"),
    "import_template_old": N_(
        "这份模板是第 {found} 版，现在用第 {wanted} 版；请重新下载模板，把内容抄过去"
    ),
    "import_template_criteria": N_(
        "这份模板按“{found}”制作，而评估按“{wanted}”进行；请重新下载模板"
    ),
    "import_too_many_rows": N_("工作表“{sheet}”有 {count} 行，最多 {max} 行；请删去多余的行"),
    "import_submitted": N_("评估已经提交，正在等主管部门复核；退回或复核之后才能导入"),
    "import_closed": N_("这次导入已经放弃，不能再采用；请重新上传文件"),
    "import_nothing_chosen": N_("没有勾选任何内容；请至少勾选一项，或者放弃这次导入"),
    "import_accepted": N_("这次导入已经采用，不能再放弃；要改内容请直接改评估"),
    "import_no_mark": N_(
        "文件里没有模板说明页，无法核对它是为哪家工厂、按哪版标准下载的；请自行确认"
    ),
    "import_other_credit_code": N_(
        "报告里的统一社会信用代码是“{found}”（{place}），与本机构不同：请确认是不是本厂的报告"
    ),
    "import_other_name": N_(
        "报告写的单位是“{found}”（{place}），与本厂名称不同：请确认是不是本厂的报告"
    ),
    "import_silent_pages": N_("第 {pages} 页只有图片，没有读到文字；这些页上的内容请自己核对"),
    "import_json": N_("文件不是有效的 JSON：第 {line} 行第 {column} 列附近有错误"),
    "import_json_encoding": N_("文件不是 UTF-8 编码；请另存为 UTF-8 后再上传"),
    "import_json_deep": N_("JSON 的层次太深，不能读取"),
    "json_missing": N_("缺少这一项"),
    "json_extra": N_("没有这一项；请检查名称"),
    "json_type": N_("类型不对：应为{wanted}"),
    "json_choice": N_("“{value}”不在可选范围内；可用：{wanted}"),
    "json_range": N_("超出范围：应在 {min} 到 {max} 之间"),
    "json_length": N_("长度不对：{wanted}"),
    "json_format": N_("格式不对：{wanted}"),
    "document_empty": N_("文件是空的"),
    "document_too_large": N_("文件有 {size} MB，最多 {max} MB；请删去图片或分开上传"),
    "document_encrypted": N_("文件有密码保护，读不了；请去掉密码后再上传"),
    "document_old_format": N_("“{extension}”是旧格式或本平台不读的格式；请另存为 {better} 再上传"),
    "document_content_mismatch": N_(
        "文件名是 {extension}，但内容不是这种文件；请用原来的软件另存一次"
    ),
    "document_macro": N_("文件里有宏，不能上传；请另存为不带宏的 docx 或 xlsx"),
    "document_image": N_("图片里的字读不了；请上传文字版的 docx、pdf 或 xlsx"),
    "document_web_page": N_("网页文件不能上传；请另存为 docx 或 pdf"),
    "document_unsupported": N_("不能读取“{extension}”文件；请用 docx、pdf 或 xlsx"),
    "document_too_heavy": N_(
        "文件太复杂，在限定的时间和内存里读不完；请删去图片、空行或拆分后再上传"
    ),
    "document_damaged": N_("文件损坏或不完整；请用原来的软件打开并另存一次"),
    "document_zip_entries": N_("文件里有 {count} 个部分，最多 {max} 个；请另存一次再上传"),
    "document_zip_unpacked": N_("文件展开后超过 {max} MB，不读取；请删去多余的内容"),
    "document_zip_ratio": N_("文件的压缩比异常，可能有害，不读取；请用原来的软件另存一次"),
    "document_zip_path": N_("文件的内部结构不正常（“{name}”），不读取"),
    "document_zip_duplicate": N_("文件的内部结构不正常（“{name}”出现两次），不读取"),
    "document_zip_overlap": N_("文件的内部结构不正常（部分互相重叠），不读取"),
    "document_zip_nested": N_("文件里藏有压缩包（“{name}”），不读取"),
    "document_xml_entity": N_("文件里有不允许的定义（DOCTYPE），不读取"),
    "document_too_many_rows": N_("工作表太大：最多 {max} 行、{columns} 列"),
    "document_too_much_text": N_("文字太多：最多 {max} 个字；请只保留评估部分"),
    "document_too_many_pages": N_("页数太多：最多 {max} 页；请只保留评估部分"),
    "document_scanned": N_("这是扫描件或图片，没有文字可读；请上传文字版的 docx 或 pdf"),
    "document_garbled": N_("文字是乱码，读不出来；请用原来的软件另存为 docx 或 pdf"),
    "document_no_text": N_("文件里没有文字；如果是扫描件，请上传文字版"),
}


def import_sentence(code: str, params: Mapping[str, str | int | float]) -> str:
    """Write the sentence of a problem in Chinese; an unknown code is shown as it is."""
    text = IMPORT_SENTENCES.get(code)
    return text.format(**params) if text else code


def problem_sentence(problem: Problem) -> str:
    """Write a problem in Chinese."""
    return import_sentence(problem.code, problem.params)
