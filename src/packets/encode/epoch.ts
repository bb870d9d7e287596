/** The time of tick 0 in captures and certificates: 2026-01-01T00:00:00Z, in seconds since 1970. */
export const EPOCH_S = 1_767_225_600

const SECONDS_OF_DAY = 86_400

/** Returns a time, in seconds since tick 0, as a UTCTime: YYMMDDHHMMSSZ, within 1950 to 2049. */
export function utcTime(secondsSinceStart: number): string {
  const first = -631_152_000
  const last = 2_524_607_999
  const seconds = Math.min(Math.max(EPOCH_S + secondsSinceStart, first), last)
  const day = Math.floor(seconds / SECONDS_OF_DAY)
  const { year, month, date } = civilDate(day)
  return `${[year % 100, month, date, ...clockOf(seconds)].map(twoDigits).join('')}Z`
}

/** Formats a time, in whole seconds since 1970, as RFC 3339: 2026-01-01T00:00:00Z. */
export function rfc3339(seconds: number): string {
  const { year, month, date } = civilDate(Math.floor(seconds / SECONDS_OF_DAY))
  const day = [String(year).padStart(4, '0'), twoDigits(month), twoDigits(date)].join('-')
  return `${day}T${clockOf(seconds).map(twoDigits).join(':')}Z`
}

/** Returns hour, minute and second. */
function clockOf(seconds: number): readonly number[] {
  const rest = seconds - Math.floor(seconds / SECONDS_OF_DAY) * SECONDS_OF_DAY
  return [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60]
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0')
}

/** Returns the date of a day, counted from 1970-01-01, in the proleptic Gregorian calendar. */
function civilDate(day: number): { year: number; month: number; date: number } {
  let year = 1970
  let rest = day
  while (rest < 0) rest += daysOf(--year)
  while (rest >= daysOf(year)) rest -= daysOf(year++)
  let month = 1
  while (rest >= daysOfMonth(year, month)) rest -= daysOfMonth(year, month++)
  return { year, month, date: rest + 1 }
}

function daysOf(year: number): number {
  return isLeap(year) ? 366 : 365
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}
