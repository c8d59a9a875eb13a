"""The emoji shortcodes that people and bots use most, and how one is drawn."""

from markupsafe import Markup

_TABLE = """
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|clap 👏|pray 🙏|raised_hands 🙌|muscle 💪|eyes 👀|point_right 👉
smile 😄|grinning 😀|slightly_smiling_face 🙂|wink 😉|joy 😂|thinking_face 🤔|sob 😭|sweat_smile 😅|scream 😱|sunglasses 😎
heart ❤️|fire 🔥|sparkles ✨|star ⭐|star2 🌟|tada 🎉|rocket 🚀|ship 🚢|anchor ⚓|compass 🧭|boom 💥|zap ⚡|100 💯
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|warning ⚠️|no_entry ⛔
no_entry_sign 🚫|octagonal_sign 🛑|rotating_light 🚨|construction 🚧|question ❓|exclamation ❗|grey_question ❔
hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|timer_clock ⏲️|alarm_clock ⏰|clock1 🕐|clock3 🕒|calendar 📆|date 📅
arrow_forward ▶️|double_vertical_bar ⏸️|pause_button ⏸️|black_square_for_stop ⏹️|fast_forward ⏩|repeat 🔁
arrows_counterclockwise 🔄|arrow_right ➡️|arrow_up ⬆️|arrow_down ⬇️|arrow_right_hook ↪️|leftwards_arrow_with_hook ↩️
large_green_circle 🟢|large_yellow_circle 🟡|large_orange_circle 🟠|red_circle 🔴|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫
large_green_square 🟩|large_yellow_square 🟨|large_red_square 🟥|white_large_square ⬜|black_large_square ⬛|radio_button 🔘
lock 🔒|unlock 🔓|key 🔑|closed_lock_with_key 🔐|shield 🛡️|gear ⚙️|hammer 🔨|wrench 🔧|hammer_and_wrench 🛠️|toolbox 🧰|broom 🧹|wastebasket 🗑️
bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋
page_facing_up 📄|scroll 📜|package 📦|file_folder 📁|open_file_folder 📂|link 🔗|paperclip 📎|pushpin 📌|round_pushpin 📍|bookmark 🔖
mag 🔍|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|cloud ☁️|sunny ☀️|rainbow 🌈|snowflake ❄️|earth_americas 🌎
bug 🐛|robot_face 🤖|computer 💻|desktop_computer 🖥️|floppy_disk 💾|electric_plug 🔌|battery 🔋|bulb 💡|crystal_ball 🔮|label 🏷️
bust_in_silhouette 👤|busts_in_silhouette 👥|raising_hand 🙋|coffee ☕|beers 🍻|pizza 🍕|zzz 💤|seedling 🌱|twisted_rightwards_arrows 🔀
"""
SHORTCODES = dict(pair.split(" ", 1) for pair in _TABLE.strip().replace("\n", "|").split("|"))
SHORTCODES["information_source"] = "\u2139\ufe0f"


def render_emoji(name: str) -> Markup | None:
    """One emoji with its shortcode as title, or None when the shortcode is unknown: then the text stays as it was."""
    glyph = SHORTCODES.get(name)
    if glyph is None:
        return None
    return Markup('<span class="emoji" title=":{}:">{}</span>').format(name, glyph)
