import { spawn } from 'node:child_process'

/**
 * Starts a process that removes files as soon as this process has ended for any reason. (After SIGKILL, a process
 * cannot clean up itself.) It waits for the end of a pipe, in a session of its own that signals from a terminal do not
 * reach. Returns a function that ends it. Files that were renamed by then stay. Without a shell, there is no such
 * guard.
 */
export function guard(paths: readonly string[]): () => void {
  if (paths.length === 0 || process.platform === 'win32') return () => {}
  const child = spawn('/bin/sh', ['-c', 'read -r _; rm -f -- "$@"', 'sh', ...paths], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // If it does not start, nothing more can be done.
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  return () => child.stdin.destroy()
}
