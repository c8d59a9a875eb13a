// Moments in the reader's own language and time zone: <time data-epoch data-form>, with Slack's date tokens.
const day = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const format = (options) => (date) => new Intl.DateTimeFormat(undefined, options).format(date);
const daysAgo = (date) => Math.round((day(new Date()) - day(date)) / 86400000);

const pretty = (plain) => (date) =>
  ({ 0: "Today", 1: "Yesterday", [-1]: "Tomorrow" })[daysAgo(date)] ?? plain(date);

const long = format({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
const medium = format({ month: "long", day: "numeric", year: "numeric" });
const short = format({ month: "short", day: "numeric", year: "numeric" });

const two = (number) => String(number).padStart(2, "0");

const TOKENS = {
  date_num: (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
  date: medium,
  date_short: short,
  date_long: long,
  date_pretty: pretty(medium),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  date_slash: format({ year: "numeric", month: "2-digit", day: "2-digit" }),
  date_long_full: long,
  day_divider_pretty: pretty(format({ weekday: "long", month: "long", day: "numeric" })),
  time: format({ hour: "numeric", minute: "2-digit" }),
  time_secs: format({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
  clock: (date) => format({ hour: "numeric", minute: "2-digit" })(date).replace(/\s?[AP]M$/i, ""),
  ago,
};

function ago(date) {
  const seconds = (Date.now() - date) / 1000;
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (Math.abs(seconds) < 60) return "just now";
  if (Math.abs(seconds) < 3600) return relative.format(-Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 86400) return relative.format(-Math.round(seconds / 3600), "hour");
  return relative.format(-Math.round(seconds / 86400), "day");
}

export function write(epoch, form) {
  const date = new Date(epoch * 1000);
  return form.replace(/\{(\w+)\}/g, (whole, token) => TOKENS[token]?.(date) ?? whole);
}

const midSentence = (text) => text.replace(/^(Today|Yesterday|Tomorrow)/, (word) => word.toLowerCase());

export function datesIn(root) {
  for (const time of root.querySelectorAll("time[data-epoch]")) {
    const written = write(Number(time.dataset.epoch), time.dataset.form);
    const text = time.previousSibling?.textContent.trim() ? midSentence(written) : written;
    if (time.textContent !== text) time.textContent = text;
    if (!time.dateTime) {
      const date = new Date(Number(time.dataset.epoch) * 1000);
      time.dateTime = date.toISOString();
      time.title = `${long(date)} at ${TOKENS.time_secs(date)}`;
    }
  }
}

// A line between the days of a list of messages.
export function dividers(list) {
  list.querySelectorAll(".day").forEach((line) => line.remove());
  if (list.matches(".messages--thread")) return replies(list);
  let before = "";
  for (const item of list.querySelectorAll(".item")) {
    const label = write(Number(item.dataset.at), "{day_divider_pretty}");
    if (label !== before) item.before(line(label));
    before = label;
  }
}

// Below the parent of a thread: how many replies follow.
function replies(list) {
  const [parent, ...others] = list.querySelectorAll(".item");
  if (others.length) parent.after(line(others.length === 1 ? "1 reply" : `${others.length} replies`));
}

function line(label) {
  const item = document.createElement("li");
  item.className = "day";
  item.setAttribute("role", "separator");
  item.innerHTML = "<span></span>";
  item.firstChild.textContent = label;
  return item;
}
