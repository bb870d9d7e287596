import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CiReports } from '../../src/cli/ci/ci-reports.ts'
import type { CiOptions } from '../../src/cli/options/ci-options.ts'
import { version } from '../../src/cli/version.ts'
import { namesOf } from '../../src/engine/registry.ts'
import type { CheckResult } from '../../src/measure/check.ts'
import type { CiOutput } from '../../src/report/ci/ci-output.ts'
import { gateOfFailure } from '../../src/report/ci/gate-of-run.ts'
import { placesIn } from '../../src/report/ci/places.ts'
import { CI_OUTPUTS } from '../../src/report/formats.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { optionName } from '../../src/values/option-name.ts'
import { cannedRun } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aContext } from '../fixtures/ruled-cluster.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const PROBLEM = { file: 'a.yaml', line: 3, column: 5, length: 1, severity: 'error', message: 'it is wrong' } as const

/** Returns reports for CI systems by these options, with what they print. */
function reportsBy(options: CiOptions, inputs: readonly string[] = []) {
  const { context, printed } = aContext(async (scenario) => cannedRun(scenario))
  return { reports: new CiReports(options, inputs, context), printed }
}

describe('the reports for CI systems', () => {
  const FILES = namesOf(CI_OUTPUTS).filter((name) => CI_OUTPUTS[name].kind === 'file')

  test.each(namesOf(CI_OUTPUTS))('reports for CI systems are requested by the option of %s', (name) => {
    expect(reportsBy({}).reports.areWanted).toBe(false)
    const value = FILES.includes(name) ? join(aFolder(), 'x') : true
    expect(reportsBy({ [name]: value }).reports.areWanted).toBe(true)
  })

  test.each(FILES)('the reports for CI systems need separate files for %s', (name) => {
    const path = join(aFolder(), 'x')
    const option = `--${optionName(name)}`
    for (const other of FILES)
      if (other !== name)
        expect(() => reportsBy({ [name]: path, [other]: path })).toThrow(
          new RegExp(`(?=.*${option}\\b)(?=.*--${optionName(other)}\\b).* need different files`),
        )
    for (const text of ['', '-'])
      expect(() => reportsBy({ [name]: text })).toThrow(`${option} needs the name of a file`)
  })

  test('the reports for CI systems replace an earlier report of the same kind and an empty file, and no other', async () => {
    const output = async (name: (typeof FILES)[number]) => {
      const { kind, ...one }: CiOutput = CI_OUTPUTS[name]
      return kind === 'file' && 'write' in one ? one.write([], version) : ''
    }
    const own = await Promise.all(FILES.map(output))
    const texts: Readonly<Record<string, string>> = {
      empty: '',
      ...Object.fromEntries(FILES.map((name, i) => [name, own[i]])),
      other: '"driver": { "name": "eslint" }, "more": "onpath"',
    }
    const folder = aFolder(texts)
    for (const option of FILES) {
      const replaced = Object.keys(texts).filter((name) => {
        try {
          reportsBy({ [option]: join(folder, name) })
          return true
        } catch (error) {
          expect(String(error)).toContain('it is another file; name a new one')
          return false
        }
      })
      expect(replaced).toEqual(['empty', option])
      const path = join(folder, 'empty')
      expect(() => reportsBy({ [option]: path }, [path])).toThrow('this command reads it')
    }
  })

  test('reports for CI systems are written to the given files, which are named', async () => {
    const folder = aFolder()
    const paths = FILES.map((name) => join(folder, name))
    const { reports, printed } = reportsBy(Object.fromEntries(FILES.map((name, i) => [name, paths[i]])))
    reports.add(gateOfFailure('small', 'a.yaml', 'it stopped', 'again'))
    await reports.write()
    for (const path of paths) {
      expect(readFileSync(path, 'utf8')).toContain('it stopped')
      expect(printed.err).toContain(`written: ${path}\n`)
    }
    const { driver } = JSON.parse(readFileSync(join(folder, 'sarif'), 'utf8')).runs[0].tool
    expect(driver).toMatchObject({ name: 'onpath', version, informationUri: 'https://github.com/onpath/onpath' })
    expect(printed.err).not.toContain('::error')
    const { reports: silent, printed: nothing } = reportsBy({})
    silent.add(gateOfFailure('small', 'a.yaml', 'it stopped', 'again'))
    await silent.write()
    expect(nothing).toEqual({ out: '', err: '' })
  })

  test('problems of a scenario are annotations with a hint, on GitHub only', () => {
    const problems = [
      { ...PROBLEM, code: 'unknown-key', hint: 'did you mean links?' },
      { ...PROBLEM, line: 4, code: 'unknown-name' },
    ] as never
    const { reports, printed } = reportsBy({ github: true })
    reports.showProblems(problems)
    expect(printed.err).toBe(
      '::error file=a.yaml,line=3,col=5,title=onpath unknown-key::it is wrong%0Adid you mean links?\n' +
        '::error file=a.yaml,line=4,col=5,title=onpath unknown-name::it is wrong\n',
    )
    const { reports: elsewhere, printed: nothing } = reportsBy({ junit: join(aFolder(), 'j.xml') })
    elsewhere.showProblems(problems)
    expect(nothing.err).toBe('')
  })

  test('findings of a check are at the main line of a real cluster’s file, or at the line of the scenario’s path', async () => {
    const loaded = loadScenario({ file: 'small.yaml', text: SMALL_SCENARIO }, {})
    if (!loaded.ok) throw new Error('the scenario is valid')
    const result = {
      scenario: 'small',
      policy: ['never read'],
      paths: ['visit'],
      unreached: [],
      findings: [],
      gaps: ['nobody tried'],
      untried: [],
      unused: [],
      weakSettings: [],
      unmodelled: [],
    } as unknown as CheckResult
    const shown = async (main: Parameters<CiReports['addCheck']>[3]) => {
      const { reports, printed } = reportsBy({ github: true })
      reports.addCheck(result, loaded, 'small.yaml', main)
      await reports.write()
      return printed.err
    }
    expect(await shown(null)).toContain('file=small.yaml')
    expect(await shown({ file: 'etc/kubelet.conf', line: 9 } as never)).toContain('file=etc/kubelet.conf')
  })
})

test('a finding from a command-line option is placed at the first line of the file', () => {
  const loaded = loadScenario(
    { file: 'small.yaml', text: SMALL_SCENARIO },
    { set: ['paths.more={ from: client, to: server }'] },
  )
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const { ofPath } = placesIn(loaded, 'given.yaml')
  expect(ofPath('more')).toEqual({ file: 'given.yaml', line: 1, column: 1 })
  expect(ofPath(loaded.scenario.blueprint.paths[0].declared).file).toBe('small.yaml')
})
