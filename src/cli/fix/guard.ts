import { spawn } from 'node:child_process'

/**
 * Starts a process that removes files as soon as this one has ended, in whatever way: no process can remove anything
 * after SIGKILL. It waits at the end of a pipe that ends with its writer, in a session of its own, which no signal from a
 * terminal reaches. Returns what ends it; files that have got another name by then stay. Without a shell nothing is
 * guarded.
 */
export function guard(paths: readonly string[]): () => void {
  if (paths.length === 0 || process.platform === 'win32') return () => {}
  const child = spawn('/bin/sh', ['-c', 'read -r _; rm -f -- "$@"', 'sh', ...paths], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Nothing more can be done where it does not start.
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  return () => child.stdin.destroy()
}
