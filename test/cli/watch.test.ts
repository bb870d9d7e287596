import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Context } from '../../src/cli/context.ts'
import { diskFiles, type Files } from '../../src/cli/files/files.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { onceOrAgain, runAgain } from '../../src/cli/watch/run-again.ts'
import { UsageError } from '../../src/disk/usage-error.ts'
import { run } from '../../src/simulation/run.ts'
import { anIo, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const never: Simulate = () => Promise.reject(new Error('no run was expected'))

/** Returns files that change as often as `saves` has functions, each of which is called before. */
function changing(saves: (() => void)[], end: () => void): Files {
  return {
    ...diskFiles,
    watch: (_, onChange) => {
      queueMicrotask(() => {
        const save = saves.shift()
        if (save === undefined) return end()
        save()
        onChange()
      })
      return () => {}
    },
  }
}

test('--watch runs again when a file is saved, even after an error in it, until it is interrupted', async () => {
  const file = join(aFolder(), 'small.yaml')
  writeFileSync(file, SMALL_SCENARIO)
  const interruption = new AbortController()
  const saves = [() => writeFileSync(file, 'version: 2\n'), () => writeFileSync(file, `${SMALL_SCENARIO}# saved\n`)]
  const files = changing(saves, () => interruption.abort(130))
  const { code, out, err } = await invoke(['run', file, '--watch'], { files, interruption: interruption.signal })
  expect(code).toBe(130)
  expect(out.match(/^small: /gm)?.length).toBeGreaterThanOrEqual(1)
  expect(err).toContain(`watching ${file}; Ctrl-C ends it`)
})

test.each([
  ['check', 'policy: never '],
  ['matrix', 'techniques? gains?|technique'],
])('%s --watch judges again when a file is saved, until it is interrupted', async (command, shown) => {
  const file = join(aFolder(), 'small.yaml')
  writeFileSync(file, SMALL_SCENARIO)
  const interruption = new AbortController()
  const saves = [() => writeFileSync(file, `${SMALL_SCENARIO}# saved\n`)]
  const files = changing(saves, () => interruption.abort(130))
  const simulate: Simulate = async (scenario) => run(scenario)
  const { code, out, err } = await invoke([command, file, '--watch'], {
    files,
    interruption: interruption.signal,
    simulate,
  })
  expect(code).toBe(130)
  expect(out).toMatch(new RegExp(shown))
  expect(err).toContain(`watching ${file}; Ctrl-C ends it`)
})

test('--watch shows a usage error and goes on, and ends with any other error', async () => {
  const interruption = new AbortController()
  const { io, printed } = anIo({ interruption: interruption.signal })
  const codes: number[] = []
  const watched: (readonly string[])[] = []
  const rounds: (Error | readonly string[])[] = [new UsageError('it is not there'), ['base.yaml', 'a.yaml'], []]
  const files: Files = {
    ...diskFiles,
    watch: (paths, onChange) => {
      watched.push(paths)
      queueMicrotask(rounds.length > 0 ? onChange : () => interruption.abort(130))
      return () => {}
    },
  }
  const context: Context = { io, files, simulate: never, commands: {}, exit: (code) => codes.push(code) }
  const runOnce = async () => {
    const end = rounds.shift() ?? []
    if (end instanceof Error) throw end
    return end
  }
  await runAgain(runOnce, ['a.yaml'], context)
  expect(codes).toEqual([130])
  expect(printed.err).toContain('onpath: it is not there\n\nwatching a.yaml; Ctrl-C ends it\n')
  expect(printed.err).toContain('watching a.yaml, base.yaml; Ctrl-C ends it\n')
  expect(watched).toContainEqual(['a.yaml', 'base.yaml'])
  const bug = runAgain(() => Promise.reject(new Error('a bug')), ['a.yaml'], { ...context, io: anIo().io })
  await expect(bug).rejects.toThrow('a bug')
})

test('--watch watches the files of the command, and attacks that are files', async () => {
  const interruption = new AbortController()
  const { io, printed } = anIo({ interruption: interruption.signal })
  const codes: number[] = []
  const watched: (readonly string[])[] = []
  const files: Files = {
    ...diskFiles,
    watch: (paths) => {
      watched.push(paths)
      interruption.abort(130)
      return () => {}
    },
  }
  const context: Context = { io, files, simulate: never, commands: {}, exit: (code) => codes.push(code) }
  const attack = ['unchecked-kubelet', 'a.yaml', 'b.yml', 'c.yaml.txt', 'd.json']
  await onceOrAgain(async () => {}, ['small.yaml'], { watch: true, attack }, context)
  expect([watched, codes, printed.err]).toEqual([[['small.yaml', 'a.yaml', 'b.yml']], [130], ''])
})

test('--watch refuses standard input', async () => {
  expect(await invoke(['run', '-', '--watch'], { stdin: SMALL_SCENARIO })).toMatchObject({
    code: 2,
    err: expect.stringContaining('--watch needs files'),
  })
})

test('--watch counts a replaced file as changed, and ignores other files beside it', async () => {
  const folder = aFolder()
  const file = join(folder, 'small.yaml')
  writeFileSync(file, '')
  let changes = 0
  await new Promise<void>((resolve) => {
    const stop = diskFiles.watch([file], () => {
      changes++
      stop()
      resolve()
    })
    writeFileSync(join(folder, 'other.yaml'), '')
    diskFiles.write(join(folder, 'new'), 'x')
    diskFiles.rename(join(folder, 'new'), file)
  })
  expect(changes).toBe(1)
})

test('--watch of a folder watches all folders in it', async () => {
  const folder = aFolder()
  const deep = join(folder, 'etc', 'kubernetes', 'manifests')
  mkdirSync(deep, { recursive: true })
  for (const path of [join(deep, 'kube-apiserver.yaml'), join(folder, 'node.yaml')]) {
    let stop = () => {}
    await new Promise<void>((resolve) => {
      stop = diskFiles.watch([folder], resolve)
      writeFileSync(path, 'saved')
    })
    stop()
  }
})
