import { existsSync, type FSWatcher, watch as watchFolder } from 'node:fs'
import { basename, dirname } from 'node:path'

/** The time in which several changes count as one, since editors write a file in steps. */
const QUIET_MS = 100

/**
 * Calls back when one of these files changes. It watches their folders, since editors put a new file in the place of the
 * old one. Returns what ends that.
 */
export function watch(paths: readonly string[], onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const changed = () => {
    clearTimeout(timer)
    timer = setTimeout(onChange, QUIET_MS)
  }
  const folders = [...new Set(paths.map((path) => dirname(path)))].filter((folder) => existsSync(folder))
  const watchers = folders.map((folder): FSWatcher => {
    const names = new Set(paths.filter((path) => dirname(path) === folder).map((path) => basename(path)))
    return watchFolder(folder, (_, name) => {
      if (name === null || names.has(name)) changed()
    })
  })
  return () => {
    clearTimeout(timer)
    for (const one of watchers) one.close()
  }
}
