import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { USED_TECHNIQUES } from '../../src/attack/techniques.ts'
import { explainAttack } from '../../src/cli/input/read-attacks.ts'
import { textOfList } from '../../src/cli/lists/list.ts'
import { LISTS } from '../../src/cli/lists.ts'
import { wordsReference } from '../../src/cli/words-reference.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { NOTICE_MEANINGS, OUTCOME_MEANINGS, OUTCOMES } from '../../src/measure/verdict.ts'
import { IDENTITIES, PATH_ROLES, PLACES } from '../../src/scenario/attackers/roles.ts'
import { invoke } from '../fixtures/fake-io.ts'

test.each(namesOf(LISTS))('list %s has a text for each value, indented by two blanks', (name) => {
  const values = LISTS[name].values()
  const text = textOfList(LISTS[name])
  expect(values.length).toBeGreaterThan(0)
  expect(text.startsWith('  ')).toBe(true)
  expect(text.endsWith('\n')).toBe(true)
  // JSON has the same items, each with its name and what else is known of it.
  const nameOf = (value: object) => ('name' in value ? value.name : 'role' in value ? value.role : undefined)
  expect(values.map(nameOf)).toEqual(LISTS[name].items().map((item) => item.name))
  for (const value of JSON.parse(JSON.stringify(values))) expect(Object.keys(value).length).toBeGreaterThan(1)
  for (const item of LISTS[name].items()) {
    expect(item.text.startsWith(`  ${item.name}`) || item.text.includes(` ${item.name}`)).toBe(true)
    expect(text).toContain(item.name)
  }
})

test('list roles says of each role what it can stand for, and what it means', () => {
  const values: readonly { readonly role?: string; readonly of?: string; readonly meaning?: string }[] =
    LISTS.roles.values()
  const of = (what: string) => values.filter((value) => value.of === what)
  expect(of('path').map(({ role }) => role)).toEqual([...PATH_ROLES])
  expect(of('place').map(({ role, meaning }) => [role, meaning])).toEqual(Object.entries(PLACES))
  expect(of('identity').map(({ role, meaning }) => [role, meaning])).toEqual(Object.entries(IDENTITIES))
  expect(values).toHaveLength(of('path').length + of('place').length + of('identity').length)
})

test('list flags prints the meaning of a flag and its defaults by version', () => {
  expect(textOfList(LISTS.flags)).toContain(
    '  kube-apiserver insecure-port\n    Port of plain HTTP without authentication; 0 turns it off. From 1.20 only 0\n    is allowed.',
  )
})

test.each(namesOf(LISTS))('explain knows every item of list %s', async (name) => {
  for (const item of LISTS[name].items().slice(0, 40)) {
    const { code, out } = await invoke(['explain', item.name])
    expect(code).toBe(0)
    expect(out).toContain(`${LISTS[name].noun}\n${item.text}`)
  }
})

test('on a narrow screen sentences are broken only where the next word has no room', async () => {
  const { out } = await invoke(['explain', 'component-apiserver'], { columns: 60 })
  const lines = out.split('\n')
  const sentence = lines.slice(
    2,
    lines.findIndex((line) => line.startsWith('    versions')),
  )
  expect(sentence.length).toBeGreaterThan(3)
  for (const [i, line] of sentence.slice(0, -1).entries()) {
    const [next] = sentence[i + 1].trim().split(' ')
    expect([line, line.length <= 60, line.length + 1 + next.length > 60]).toEqual([line, true, true])
  }
})

test('explain gives the meaning of an outcome, an exit code, a policy and a problem code', async () => {
  const explained = async (word: string) => (await invoke(['explain', word])).out
  expect(await explained('outage')).toBe(
    'outcome\n  outage\n    no request completed or was answered while the effect lasted\n',
  )
  expect(await explained('detected')).toBe(
    'mark of an outcome\n  detected\n    a check of certificates, MACs or host keys noticed the attack (`noticed:\n    security`)\n',
  )
  expect(await explained('7')).toBe(
    'exit code\n  7\n    the run used up `--max-events` or `--max-memory`, or the machine has no more\n    memory\n',
  )
  expect(await explained('no-takeover')).toContain('(never privilege, credential)')
  expect(await explained('no-route')).toBe(
    'code of a problem\n  no-route\n    There is no route of links and segments from one host to the other.\n',
  )
})

test('explain knows every word of verdicts: techniques also of own code, outcomes, notices and scopes', async () => {
  const words = [...namesOf(USED_TECHNIQUES), ...OUTCOMES, ...namesOf(NOTICE_MEANINGS), 'own', 'other']
  for (const word of words) expect([word, (await invoke(['explain', word])).code]).toEqual([word, 0])
  expect((await invoke(['list', 'techniques'])).out).not.toContain('own-code')
})

test('explain refuses a word that it does not know, and suggests one', async () => {
  const { code, err } = await invoke(['explain', 'impersonatd'])
  expect([code, err]).toEqual([2, expect.stringContaining('there is no word impersonatd; did you mean impersonated?')])
})

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

test('docs/reference/words.md is up to date (npm run docs writes it)', () => {
  expect(page('reference/words.md')).toBe(wordsReference())
})

test('docs/design.md has the definitions of outcomes, and docs/exit-codes.md the meanings of exit codes', () => {
  for (const [name, meaning] of Object.entries(OUTCOME_MEANINGS))
    expect(page('design.md')).toContain(`| \`${name}\` | ${meaning} |`)
  for (const { name, text } of LISTS.exits.items().filter((item) => item.name.length === 1))
    expect(page('exit-codes.md').replaceAll(/\s+/g, ' ')).toContain(
      `| ${name} | ${text.split('\n').slice(1).join(' ').replaceAll(/\s+/g, ' ').trim()} |`,
    )
})

test('an attack is explained by the comment of its file, without the command in it', () => {
  const { name, explanation, command } = explainAttack('tampering')
  expect(name).toBe('tampering')
  expect(explanation).toMatch(/^An inline attacker changes a segment\. .* bad_record_mac\. .* Run it with:$/)
  expect(command).toBe('onpath run scenarios/presets/kubeadm-default.yaml --attack tampering')
})
