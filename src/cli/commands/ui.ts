import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { folderAbove, isFolder } from '../../disk/folders.ts'
import { readFileTree } from '../../disk/read-file-tree.ts'
import { readTextFile } from '../../disk/read-text.ts'
import { UsageError } from '../../disk/usage-error.ts'
import { visible } from '../../scenario/problems/visible.ts'
import type { Context } from '../context.ts'
import { OutputFile } from '../files/output-file.ts'
import { value } from '../options/option.ts'
import { port as readPort } from '../options/values.ts'
import { type Opened, serveUi } from '../ui/ui-server.ts'
import type { Command } from './command.ts'

const NOTES = `
Serves the page on the loopback interface until it is interrupted, and prints its address, which has a random token.
The scenario is in the page, and its button Save writes to the file that was named, and to no other.

Examples:
  onpath ui
  onpath ui scenarios/wan-tls.yaml
  onpath ui /etc/kubernetes`

const OPTIONS = { port: value('<number>', 'listen on this port (default: a free one)', readPort) }

export const ui: Command<readonly [file: string | undefined], typeof OPTIONS> = {
  arguments: [{ syntax: '[file]', meaning: 'a scenario file, or a folder with the files of a cluster' }],
  options: OPTIONS,
  notes: NOTES,
  async run([file], { port = 0 }, { io, files }) {
    const interruption = io.listenForInterruption()
    const opened = openedOf(file)
    const server = await serveUi({
      folder: pageFolder(),
      opened: () => openedOf(file),
      save: saverOf(file, files),
      port,
    })
    io.out(`${server.url}\n`)
    io.err(
      `open this address in a browser; ${opened.canSave ? `Save writes to ${visible(file ?? '')}; ` : ''}Ctrl-C ends it\n`,
    )
    await new Promise<void>((resolve) => {
      if (interruption.aborted) resolve()
      else interruption.addEventListener('abort', () => resolve(), { once: true })
    })
    await server.close()
  },
}

/** The folder of the page in the package, as a build makes it. */
const PAGE = join('dist', 'page')

/** @throws UsageError where nothing was built */
function pageFolder(): string {
  const root = folderAbove(import.meta.url, (folder) => existsSync(join(folder, PAGE, 'main.js')))
  if (root === null) throw new UsageError('the page is not built; npm run build makes it')
  return join(root, PAGE)
}

function openedOf(file: string | undefined): Opened {
  if (file === undefined) return { files: [], canSave: false }
  if (file === '-') throw new UsageError('name a file or a folder; standard input cannot be saved back')
  if (isFolder(file)) return { files: readFileTree([file]).files, canSave: false }
  return { files: [{ path: basename(file), text: readTextFile(file) }], canSave: true }
}

/** Returns a function that replaces the content of a file with a text. */
function saverOf(file: string | undefined, files: Context['files']): (text: string) => void {
  return (text) => {
    if (file !== undefined) OutputFile.open(file, () => true, [], files).write(text)
  }
}
