import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../', import.meta.url))
const { files: packed, repository } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
/** Links with this beginning lead to a file of the repository, wherever the page is read. */
const REPOSITORY = new RegExp(`^${repository.url.slice('git+'.length, -'.git'.length)}/(?:blob|tree)/main/`)

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => existsSync(`${root}${path}`) && !path.startsWith('test/golden/'))
const pages = tracked.filter((path) => path.endsWith('.md'))
const citing = tracked.filter((path) => /\.(ts|mjs|yaml|md)$/.test(path))

interface Link {
  readonly page: string
  readonly target: string
}

/** Links of a page to pages and files of this project, with their paths from the root. */
function linksOf(page: string): (Link & { readonly isAbsolute: boolean })[] {
  return [...readFileSync(`${root}${page}`, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
    const isAbsolute = REPOSITORY.test(target)
    if (!isAbsolute && /^\w+:/.test(target)) return []
    const [path, anchor] = (isAbsolute ? target.replace(REPOSITORY, '') : target).split('#')
    const fromRoot = isAbsolute ? path : path === '' ? page : normalize(`${dirname(page)}/${path}`)
    return [{ page, isAbsolute, target: anchor === undefined ? fromRoot : `${fromRoot}#${anchor}` }]
  })
}

/** Returns whether a file is there, and in it the heading that an anchor names. */
function resolves(target: string): boolean {
  const [path, anchor] = target.split('#')
  if (!existsSync(`${root}${path}`)) return false
  return anchor === undefined || !path.endsWith('.md') || anchorsOf(path).includes(anchor)
}

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(`${root}${page}`, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('links of all pages lead to existing files and headings', () => {
  expect(pages.flatMap(linksOf).filter(({ target }) => !resolves(target))).toEqual([])
})

test('links of pages in the npm package lead into the package, or are absolute', () => {
  const isIn = (path: string, entry: string) => `${path}/`.startsWith(`${entry}/`)
  const isPacked = (path: string) =>
    path === 'README.md' ||
    (packed.some((entry: string) => isIn(path, entry)) && !packed.some((entry: string) => isIn(`!${path}`, entry)))
  const links = pages.filter(isPacked).flatMap(linksOf)
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter(({ isAbsolute, target }) => !isAbsolute && !isPacked(target.split('#')[0]))).toEqual([])
})

test('sources cite existing pages of docs/, and headings in them', () => {
  const citations = citing.flatMap((page) =>
    [...readFileSync(`${root}${page}`, 'utf8').matchAll(/(?<![\w/.-])docs\/[\w/.-]+\.md(?:#[\w-]+)?/g)].map(
      ([target]) => ({ page, target }),
    ),
  )
  expect(citations.length).toBeGreaterThan(20)
  expect(citations.filter(({ target }) => !resolves(target))).toEqual([])
})
