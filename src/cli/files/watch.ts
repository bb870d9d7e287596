import { existsSync, type FSWatcher, readdirSync, statSync, watch as watchFolder } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The time in which several changes count as one, since editors write a file in steps. */
const QUIET_MS = 100

/** The most folders below one that is watched: the system watches only so many. */
const MOST_FOLDERS = 1_000

/**
 * Calls back when one of these files, or any file in one of these folders, changes. It watches the folders of files,
 * because editors replace the old file with a new one. Returns a function that stops watching.
 */
export function watch(paths: readonly string[], onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const changed = () => {
    clearTimeout(timer)
    timer = setTimeout(onChange, QUIET_MS)
  }
  const given = paths.filter((path) => existsSync(path) && statSync(path).isDirectory())
  const whole = new Set(given.flatMap(foldersBelow).slice(0, MOST_FOLDERS))
  const files = paths.filter((path) => !given.includes(path))
  const folders = [...new Set([...whole, ...files.map((path) => dirname(path))])].filter(existsSync)
  const watchers = folders.map((folder): FSWatcher => {
    const names = new Set(files.filter((path) => dirname(path) === folder).map((path) => basename(path)))
    return watchFolder(folder, (_, name) => {
      if (name === null || whole.has(folder) || names.has(name)) changed()
    })
  })
  return () => {
    clearTimeout(timer)
    for (const one of watchers) one.close()
  }
}

/** Returns a folder and all folders in it. */
function foldersBelow(folder: string): string[] {
  const below = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [folder, ...below.map(({ parentPath, name }) => join(parentPath, name))]
}
