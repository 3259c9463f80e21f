"""What a new client's contacts hear, as a first wording in each language; onboarding staff change it in the wizard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Texts = Mapping[str, str]

FIRST: Mapping[str, Texts] = {
    "zh-CN": {
        "welcome": "您好，欢迎致电{client}。为了保证服务质量，本次通话可能会被录音。",
        "option": "{queue}请按{key}",
        "menu": "{options}。",
        "between": "，",
        "hold": "客服人员正在为其他来电者服务，请您稍候，我们会按来电顺序接听。",
        "closed": "现在是非工作时间。请在提示音后留言，我们会在工作时间与您联系。",
        "message": "现在暂时没有客服人员可以接听。请在提示音后留下您的姓名和电话，我们会尽快回电。",
        "sorry": "抱歉，现在无法接听您的来电，请稍后再拨。",
    },
    "zh-HK": {
        "welcome": "多謝致電{client}。為確保服務質素，通話可能會被錄音。",
        "option": "{queue}請按{key}",
        "menu": "{options}。",
        "between": "，",
        "hold": "客戶服務主任正在處理其他來電，請稍候，我們會按來電次序接聽。",
        "closed": "現在是非辦公時間。請在聽到訊號後留言，我們會於辦公時間與閣下聯絡。",
        "message": "現時未能接聽閣下的來電。請在聽到訊號後留下姓名及電話，我們會盡快回覆。",
        "sorry": "抱歉，現時未能接聽閣下的來電，請稍後再試。",
    },
    "zh-TW": {
        "welcome": "您好，感謝您來電{client}。為確保服務品質，本次通話可能會錄音。",
        "option": "{queue}請按{key}",
        "menu": "{options}。",
        "between": "，",
        "hold": "客服人員忙線中，請您稍候，我們會依來電順序為您服務。",
        "closed": "現在是非服務時間。請在嗶聲後留言，我們會在服務時間與您聯絡。",
        "message": "目前客服人員全部忙線中。請在嗶聲後留下您的姓名及電話，我們會儘快回電。",
        "sorry": "抱歉，目前無法接聽您的來電，請稍後再撥。",
    },
    "en": {
        "welcome": "Thank you for calling {client}. This call may be recorded for quality purposes.",
        "option": "For {queue}, press {key}",
        "menu": "{options}.",
        "between": ". ",
        "hold": "All our colleagues are busy. Please hold; calls are answered in the order they came in.",
        "closed": "We are closed at the moment. After the tone, please leave a message; we will call you back.",
        "message": "Nobody is free at the moment. After the tone, please leave your name and telephone number.",
        "sorry": "We cannot take your call at the moment. Please call again later.",
    },
}
"""By language of the contacts; a language without a wording of ours begins with the English one."""


def wording(language: str) -> Texts:
    """Return the first wording in a language."""
    alike = next((code for code in FIRST if code.partition("-")[0] == language.partition("-")[0]), "en")
    return FIRST.get(language) or FIRST[alike]


def first_text(code: str, language: str, client: str, options: Sequence[tuple[str, str]]) -> str:
    """Return the first words of a prompt. ``options``: the keys of the menu with the names of their queues."""
    words = wording(language)
    if code != "menu":
        return words[code].format(client=client)
    said = words["between"].join(words["option"].format(queue=name, key=key) for key, name in options)
    return words["menu"].format(options=said)
