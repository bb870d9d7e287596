import { readFileSync, writeFileSync } from 'node:fs'

/**
 * The arguments of `chrt` that run a command with a deadline that is always the earliest, for the whole time. With
 * SCHED_FIFO, the kernel reserves 50 ms of each second for other processes.
 */
export const ALWAYS = ['--reset-on-fork', '-d', '-T', '10000000', '-P', '10000000', '-D', '10000000', '0']

/** The file that limits real-time processes to 19 of 20 parts of each second by default. */
const REALTIME_SHARE = '/proc/sys/kernel/sched_rt_runtime_us'

/** Removes the limit of real-time processes, which ALWAYS needs. The returned function restores it. */
export function giveAllTime(): () => void {
  const share = readFileSync(REALTIME_SHARE, 'utf8')
  writeFileSync(REALTIME_SHARE, '-1')
  return () => writeFileSync(REALTIME_SHARE, share)
}
