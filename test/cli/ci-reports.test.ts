import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CiReports } from '../../src/cli/ci/ci-reports.ts'
import { placesIn } from '../../src/cli/ci/places.ts'
import type { CiOptions } from '../../src/cli/options/ci-options.ts'
import { version } from '../../src/cli/version.ts'
import type { CheckResult } from '../../src/measure/check.ts'
import { gateOfFailure } from '../../src/report/ci/gate-of-run.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { cannedRun } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aContext } from '../fixtures/ruled-cluster.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const SARIF_HEAD = '{ "runs": [{ "tool": { "driver": {\n  "name": "onpath" } } }] }'
const PROBLEM = { file: 'a.yaml', line: 3, column: 5, length: 1, severity: 'error', message: 'it is wrong' } as const

/** Returns reports for CI systems by these options, with what they print. */
function reportsBy(options: CiOptions, inputs: readonly string[] = []) {
  const { context, printed } = aContext(async (scenario) => cannedRun(scenario))
  return { reports: new CiReports(options, inputs, context), printed }
}

describe('the reports for CI systems', () => {
  test('are wanted where one of their options is given', () => {
    const path = join(aFolder(), 'x')
    expect(reportsBy({}).reports.areWanted).toBe(false)
    for (const options of [{ junit: path }, { sarif: path }, { github: true }] as const)
      expect(reportsBy(options).reports.areWanted, Object.keys(options)[0]).toBe(true)
  })

  test('need a file each', () => {
    const path = join(aFolder(), 'x')
    expect(() => reportsBy({ junit: path, sarif: path })).toThrow('--junit and --sarif need different files')
    expect(() => reportsBy({ junit: '' })).toThrow('--junit needs the name of a file')
    expect(() => reportsBy({ sarif: '-' })).toThrow('--sarif needs the name of a file')
  })

  test('replace an earlier report of the same kind and an empty file, and no other', () => {
    const texts = {
      empty: '',
      junit: '<?xml?>\n<testsuites name="onpath" tests="1">',
      sarif: SARIF_HEAD,
      dense: SARIF_HEAD.replaceAll(/\s/g, ''),
      other: '"driver": { "name": "eslint" }, "more": "onpath"',
    }
    const folder = aFolder(texts)
    const replacedBy = (option: 'junit' | 'sarif') =>
      Object.keys(texts).filter((name) => {
        try {
          reportsBy({ [option]: join(folder, name) })
          return true
        } catch (error) {
          expect(String(error)).toContain('it is another file; name a new one')
          return false
        }
      })
    expect(replacedBy('junit')).toEqual(['empty', 'junit'])
    expect(replacedBy('sarif')).toEqual(['empty', 'sarif', 'dense'])
    const path = join(folder, 'empty')
    expect(() => reportsBy({ junit: path }, [path])).toThrow('this command reads it')
  })

  test('are written to the files that are asked for, which are named', async () => {
    const folder = aFolder()
    const [junit, sarif] = ['j.xml', 's.sarif'].map((name) => join(folder, name))
    const { reports, printed } = reportsBy({ junit, sarif })
    reports.add(gateOfFailure('small', 'a.yaml', 'it stopped', 'again'))
    await reports.write()
    expect(readFileSync(junit, 'utf8')).toContain('<testsuites name="onpath"')
    const { driver } = JSON.parse(readFileSync(sarif, 'utf8')).runs[0].tool
    expect(driver).toMatchObject({ name: 'onpath', version, informationUri: 'https://github.com/onpath/onpath' })
    for (const path of [junit, sarif]) expect(printed.err).toContain(path)
    expect(printed.err).not.toContain('::error')
    const { reports: silent, printed: nothing } = reportsBy({})
    silent.add(gateOfFailure('small', 'a.yaml', 'it stopped', 'again'))
    await silent.write()
    expect(nothing).toEqual({ out: '', err: '' })
  })

  test('of problems are annotations with the hint, on GitHub only', () => {
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

  test('of a check are at the main line of a real cluster, and at the line of the path in a scenario', async () => {
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

test('the place of what the command line changes is the first line of the file', () => {
  const loaded = loadScenario(
    { file: 'small.yaml', text: SMALL_SCENARIO },
    { set: ['paths.more={ from: client, to: server }'] },
  )
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const { ofPath } = placesIn(loaded, 'given.yaml')
  expect(ofPath('more')).toEqual({ file: 'given.yaml', line: 1, column: 1 })
  expect(ofPath(loaded.scenario.blueprint.paths[0].declared).file).toBe('small.yaml')
})
