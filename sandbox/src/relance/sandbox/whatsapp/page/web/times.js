// Hours, days and the `[HH:MM, date] Sender: ` prefix, in the account's zone and language.

import { words } from "./words.js";

let zone = "Europe/Paris";
let hours = 24;
let dates = "dmy";

// The account's own habits, which need not be those of its language.
export function useHabits(config) {
  ({ zone, hours = 24, dates = "dmy" } = config);
}

const locale = () => (words.lang === "en" ? "en-GB" : "fr-FR");

export const hour = (at) => new Intl.DateTimeFormat(hours === 12 ? "en-GB" : locale(), {
  timeZone: zone, hour: hours === 12 ? "numeric" : "2-digit", minute: "2-digit", hour12: hours === 12,
}).format(new Date(at));

export const date = (at) => (dates === "mdy"
  ? new Intl.DateTimeFormat("en-US", { timeZone: zone })
  : new Intl.DateTimeFormat(locale(), { timeZone: zone, day: "2-digit", month: "2-digit", year: "numeric" })).format(new Date(at));

export function day(at, now) {
  const age = Math.round((Date.parse(iso(now)) - Date.parse(iso(at))) / 86400000);
  if (age === 0) return words.today;
  if (age === 1) return words.yesterday;
  if (age > 1 && age < 7) {
    const name = new Intl.DateTimeFormat(locale(), { timeZone: zone, weekday: "long" }).format(new Date(at));
    return name[0].toUpperCase() + name.slice(1);
  }
  return date(at);
}

export const hourOrDay = (at, now) => (iso(at) === iso(now) ? hour(at) : day(at, now));

const iso = (at) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date(at));
