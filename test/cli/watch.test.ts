import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diskFiles, type Files } from '../../src/cli/files/files.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

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

test('--watch runs again when a file is saved, also after a mistake in it, until it is interrupted', async () => {
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

test('--watch refuses standard input', async () => {
  expect(await invoke(['run', '-', '--watch'], { stdin: SMALL_SCENARIO })).toMatchObject({
    code: 2,
    err: expect.stringContaining('--watch needs files'),
  })
})

test('a file that is replaced counts as changed, and another file beside it does not', async () => {
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

test('a folder is watched with all folders in it', async () => {
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
