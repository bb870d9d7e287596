import { readFileSync, writeFileSync } from 'node:fs'

/**
 * `chrt` with these words runs a command under a deadline that is always the earliest, and gives it all of the time until
 * it. Of what only goes before others (SCHED_FIFO) a kernel takes 50 ms a second for those others.
 */
export const ALWAYS = ['--reset-on-fork', '-d', '-T', '10000000', '-P', '10000000', '-D', '10000000', '0']

/** The kernel keeps a twentieth of each second from whoever goes before all others, unless told not to. */
const REALTIME_SHARE = '/proc/sys/kernel/sched_rt_runtime_us'

/** Lets ALWAYS be had. What comes back puts things as they were. */
export function giveAllTime(): () => void {
  const share = readFileSync(REALTIME_SHARE, 'utf8')
  writeFileSync(REALTIME_SHARE, '-1')
  return () => writeFileSync(REALTIME_SHARE, share)
}
