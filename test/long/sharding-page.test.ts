import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { aFolder } from '../fixtures/folder.ts'
import { contentsOf } from '../fixtures/killing.ts'
import { LOSSY } from '../fixtures/scenario-text.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = readFileSync(join(ROOT, 'docs', 'sharding.md'), 'utf8')

/** Returns the code blocks of a language on the page. */
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text)
const [github, gitlab] = blocks('yaml').map((text): unknown => parse(text))

const githubJob = z.looseObject({ steps: z.array(z.looseObject({ run: z.string().optional() })) })
const githubPart = githubJob.extend({ strategy: z.looseObject({ matrix: z.object({ part: z.array(z.int()) }) }) })
const workflow = z.looseObject({ jobs: z.strictObject({ part: githubPart, merge: githubJob }) })
const gitlabJob = z.looseObject({ script: z.array(z.string()) })
const pipeline = z.strictObject({ part: gitlabJob.extend({ parallel: z.int() }), merge: gitlabJob })

/** Runs lines of a shell in a folder, with the built command in place of that of the package, and fewer seeds. */
function shell(line: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
  const command = line
    .replaceAll('npx onpath', `"${process.execPath}" "${join(ROOT, 'bin', 'onpath.js')}"`)
    .replaceAll('1..1000', '1..5')
  return spawnSync('sh', ['-ec', command], { cwd, encoding: 'utf8', env: { ...process.env, ...env } })
}

/** Runs what CI would: the lines of each part, then that which merges them. Returns the folder of the result. */
function runJobs(
  parts: readonly { readonly lines: readonly string[]; env: Record<string, string> }[],
  merge: string[],
) {
  const cwd = aFolder({ 'mine.yaml': LOSSY })
  for (const { lines, env } of parts.toReversed())
    for (const line of lines) expect(shell(line, cwd, env)).toMatchObject({ status: 0 })
  for (const line of merge) expect(shell(line, cwd)).toMatchObject({ status: 0 })
  return join(cwd, 'results', 'sweep')
}

const ours = (line: string) => line.includes('onpath')

test('the workflows of docs/sharding.md for GitHub and GitLab give the result of one sweep', () => {
  const cwd = aFolder({ 'mine.yaml': LOSSY })
  shell('npx onpath sweep mine.yaml --seeds 1..1000 --out one', cwd)
  const { part, merge } = workflow.parse(github).jobs
  const linesOf = ({ steps }: z.infer<typeof githubJob>) => steps.flatMap(({ run }) => run ?? []).filter(ours)
  const numbers = part.strategy.matrix.part
  const onGithub = numbers.map((number) => ({
    lines: linesOf(part).map((line) => line.replaceAll(/\$\{\{ matrix\.part \}\}/g, `${number}`)),
    env: {},
  }))
  expect(onGithub.map(({ lines }) => lines.length)).toEqual(numbers.map(() => 1))
  expect(contentsOf(runJobs(onGithub, linesOf(merge)))).toEqual(contentsOf(join(cwd, 'one')))

  const jobs = pipeline.parse(gitlab)
  const total = jobs.part.parallel
  const onGitlab = Array.from({ length: total }, (_, i) => ({
    lines: jobs.part.script.filter(ours),
    env: { CI_NODE_INDEX: `${i + 1}`, CI_NODE_TOTAL: `${total}` },
  }))
  expect(contentsOf(runJobs(onGitlab, jobs.merge.script.filter(ours)))).toEqual(contentsOf(join(cwd, 'one')))
})

test('the commands of docs/sharding.md that stop, continue and split do what it says', () => {
  const cwd = aFolder({ 'mine.yaml': LOSSY })
  const [resume, split] = blocks('sh')
  expect(shell(resume, cwd)).toMatchObject({ status: 0, stderr: expect.stringContaining('10 results of 10 were in') })
  expect(shell('npx onpath sweep mine.yaml --seeds 1..1000 --out one', cwd).status).toBe(0)
  const { status, stderr } = shell(split, cwd)
  expect([status, stderr]).toEqual([0, expect.stringContaining('written: results/seeds')])
  expect(contentsOf(join(cwd, 'results', 'seeds'))).toEqual(contentsOf(join(cwd, 'one')))
  expect(readFileSync(join(cwd, 'seeds.html'), 'utf8')).toMatch(/^<!doctype html>/i)
})
