import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runWhole } from '../../src/cli/simulation/run-whole.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { takeAllTurns } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const simulate: Simulate = async (scenario, { captures = [], isForReport = false, ...options }) =>
  takeAllTurns(runWhole(scenario, { captures, isForReport }, options))

const SCENARIO = `
version: 1
name: two
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 1ms, rate: 100Mbps } }
paths:
  clear: { from: client, to: server }
  sealed: { from: client, to: server, port: 8443, tls: { verify: ca } }
workloads:
  pages: { path: clear, requests: 3, response: 2KB }
  secrets: { path: sealed, requests: 3, response: 2KB }
`

/** A part of the matrix: of its three techniques, one takes, one interrupts, and one does nothing on these paths. */
const PART = [
  ...['--place', 'the link that it crosses', '--vantage', 'inline'],
  ...['--technique', 'eavesdrop', 'reset', 'replay'],
]

/** Writes the report of a part of the matrix of a scenario, and returns it with what the command says. */
async function reported(words: readonly string[] = []) {
  const folder = aFolder({ 'two.yaml': SCENARIO })
  const path = join(folder, 'matrix.html')
  const spoken = await invoke(['matrix', join(folder, 'two.yaml'), ...PART, ...words, '--report', path], { simulate })
  return { ...spoken, path, html: readFileSync(path, 'utf8') }
}

/** Returns the cells of a report: what each links to, and its text. */
function cellsIn(html: string): { readonly id: string; readonly text: string }[] {
  return [...html.matchAll(/<a class="cell [a-z]+" href="#(cell-\d+)">(.*?)<\/a>/g)].map(([, id, content]) => ({
    id,
    text: content
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  }))
}

describe('the report of a matrix', () => {
  test('the report of a matrix says on how many paths attackers succeed, and has no script', async () => {
    const { html, code, err, path } = await reported()
    expect([code, err]).toEqual([0, expect.stringContaining(`written: ${path}`)])
    expect(html).toMatch(/<h1>Attackers get what others own on 1 of 2 paths: clear\.<\/h1>/)
    expect(html).not.toMatch(/<script|javascript:|\son\w+=/)
    expect(html).toContain('default-src &#39;none&#39;')
  })

  test('the report of a matrix links each cell of the table to its evidence and command', async () => {
    const { html, out } = await reported()
    const cells = cellsIn(html)
    for (const { id } of cells) expect(html).toMatch(new RegExp(`<article class="evidence[ a-z]*" id="${id}"`))
    const read = cells.filter(({ text }) => text.includes('read')).length
    expect(read).toBeGreaterThan(0)
    const table = out.split('\n').filter((line) => / read\b/.test(line)).length
    expect(read).toBe(table)
    expect(html).toMatch(
      /onpath matrix .*two.yaml --path clear --place &#39;the link that it crosses&#39; --vantage inline --technique eavesdrop --seed 1/,
    )
  })

  test('the report of a matrix shows the messages around the evidence', async () => {
    const { html } = await reported()
    expect(html).toContain('<svg class="sequence"')
    expect(html).toContain('GET /')
  })

  test('the report of a matrix omits techniques that achieve nothing, with their number, unless all are requested', async () => {
    const { html } = await reported()
    const { html: whole } = await reported(['--all'])
    expect(cellsIn(whole).length).toBeGreaterThan(cellsIn(html).length)
    expect(html).toContain('1 further technique that achieves nothing on any path left out')
    expect(whole).not.toContain('nothing on any path left out')
  })

  test('the report of a matrix begins with the judgement of the policy, if there is one', async () => {
    const { html, code } = await reported(['--policy', 'nothing-of-others'])
    expect(code).toBe(4)
    expect(html).toMatch(/<h1>The policy forbids \d+ findings?\.<\/h1>/)
    expect(html).toContain('✕ not met')
  })

  test('the report of a matrix is identical each time', async () => {
    const withoutFolder = (text: string) => text.replaceAll(/\S*two\.yaml/g, 'two.yaml')
    expect(withoutFolder((await reported()).html)).toBe(withoutFolder((await reported()).html))
  })

  test('the report of a matrix is refused for several scenarios, and does not replace another file', async () => {
    const folder = aFolder({ 'two.yaml': SCENARIO, 'notes.txt': 'mine' })
    const [two, notes] = ['two.yaml', 'notes.txt'].map((name) => join(folder, name))
    const both = await invoke(['matrix', two, two, '--report', join(folder, 'm.html')])
    expect([both.code, both.err]).toEqual([2, expect.stringContaining('--report needs exactly one scenario file')])
    const other = await invoke(['matrix', two, '--report', notes])
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('it is another file')])
  })
})
