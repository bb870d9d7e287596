import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Disk, writeFiles } from '../../src/cli/fix/write-files.ts'
import { aFolder } from '../fixtures/folder.ts'
import { LISTS_OPEN_FILES, openFilesBelow } from '../fixtures/open-files.ts'

describe('files that are written', () => {
  const BEFORE = 'a: 1\n'
  const AFTER = 'a: 2\n'

  function write(path: string, text = AFTER, known = BEFORE) {
    writeFiles([{ path, text: known }], [{ path, text }])
  }

  test.each([
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', (text: string) => Buffer.from(text, 'utf16le')],
  ])('files that are written keep their encoding: %s', (_, encoded) => {
    const path = join(aFolder({ 'a.yaml': '' }), 'a.yaml')
    writeFileSync(path, encoded(BEFORE))
    write(path)
    expect(readFileSync(path)).toEqual(encoded(AFTER))
  })

  test('written files keep their mode, and leave no temporary files', () => {
    const path = join(aFolder({ 'a.yaml': BEFORE }), 'a.yaml')
    chmodSync(path, 0o600)
    write(path)
    expect(readFileSync(path, 'utf8')).toBe(AFTER)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['a.yaml'])
    // Also one that files do not get by themselves.
    chmodSync(path, 0o666)
    write(path, BEFORE, AFTER)
    expect(statSync(path).mode & 0o777).toBe(0o666)
  })

  test.runIf(LISTS_OPEN_FILES)('files that are written are closed', () => {
    const path = join(aFolder({ 'a.yaml': BEFORE }), 'a.yaml')
    write(path)
    expect(openFilesBelow(dirname(path))).toEqual([])
  })

  describe.runIf(process.getuid?.() === 0)('with an owner', () => {
    const [USER, GROUP] = [4711, 4712]
    /** Writes a file that belongs to USER; returns its text, owner and group afterwards. */
    const ownersOf = () => {
      const path = join(aFolder({ 'a.yaml': BEFORE }), 'a.yaml')
      chownSync(path, USER, GROUP)
      write(path)
      const { uid, gid } = statSync(path)
      return [readFileSync(path, 'utf8'), uid, gid]
    }
    const being = (uid: number) => {
      const asking = vi.spyOn(process, 'getuid').mockReturnValue(uid)
      onTestFinished(() => asking.mockRestore())
    }

    test('files that are written keep their owner and group', () => {
      expect(ownersOf()).toEqual([AFTER, USER, GROUP])
    })

    test('files of another owner are refused, unless root writes them, who keeps the owner', () => {
      being(USER)
      expect(ownersOf()).toEqual([AFTER, process.geteuid?.(), process.getegid?.()])
      being(USER + 1)
      expect(ownersOf).toThrow('it belongs to another user; nothing was written')
    })
  })

  test('no file is written if one of them is a link, has several names, or changed meanwhile', () => {
    const folder = aFolder({ 'a.yaml': BEFORE, 'real.yaml': BEFORE, 'b.yaml': 'a: 3\n' })
    symlinkSync('real.yaml', join(folder, 'link.yaml'))
    mkdirSync(join(folder, 'd'))
    writeFileSync(join(folder, 'd', 'one.yaml'), BEFORE)
    linkSync(join(folder, 'd', 'one.yaml'), join(folder, 'd', 'two.yaml'))
    for (const [name, why] of [
      ['link.yaml', /symbolic link/],
      ['d/one.yaml', /hard links/],
      ['b.yaml', /changed since it was read/],
    ] as const) {
      const paths = [join(folder, 'a.yaml'), join(folder, name)]
      const list = (text: string) => paths.map((path) => ({ path, text }))
      expect(() => writeFiles(list(BEFORE), list(AFTER))).toThrow(why)
      expect(readFileSync(paths[0], 'utf8')).toBe(BEFORE)
    }
  })

  test('a file that was not read before is not overwritten', () => {
    const path = join(aFolder({ 'new.yaml': BEFORE }), 'new.yaml')
    expect(() => writeFiles([], [{ path, text: AFTER }])).toThrow(/it exists/)
  })

  test('new files get the usual mode, even beside a broken link', () => {
    const folder = aFolder()
    const path = join(folder, 'new.yaml')
    writeFiles([], [{ path, text: AFTER }])
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777 & ~process.umask()]).toEqual([
      AFTER,
      0o644 & ~process.umask(),
    ])
    symlinkSync('nowhere', join(folder, 'link.yaml'))
    expect(() => writeFiles([], [{ path: join(folder, 'link.yaml'), text: AFTER }])).toThrow(/it exists/)
  })

  test('only files whose text changes are checked and written', () => {
    const folder = aFolder({ 'a.yaml': BEFORE })
    const [path, gone] = [join(folder, 'a.yaml'), join(folder, 'gone.yaml')]
    const list = (text: string) => [
      { path: gone, text: 'the same' },
      { path, text },
    ]
    const { ino } = statSync(path)
    writeFiles(list(BEFORE), list(BEFORE))
    expect(statSync(path).ino).toBe(ino)
    writeFiles(list(BEFORE), list(AFTER))
    expect([readFileSync(path, 'utf8'), existsSync(gone)]).toEqual([AFTER, false])
  })

  test('written files get their old content and mode back, and new ones are removed, if a later one fails', () => {
    const folder = aFolder({ 'a.yaml': BEFORE })
    const [path, fresh, nowhere] = ['a.yaml', 'fresh.yaml', 'no/folder.yaml'].map((name) => join(folder, name))
    chmodSync(path, 0o640)
    const after = [path, fresh, nowhere].map((each) => ({ path: each, text: AFTER }))
    expect(() => writeFiles([{ path, text: BEFORE }], after)).toThrow(`cannot write to ${nowhere}`)
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([BEFORE, 0o640])
    expect(readdirSync(folder)).toEqual(['a.yaml'])
  })

  test('folders cannot be written as files', () => {
    const folder = aFolder({ 'd/a.yaml': BEFORE })
    expect(() => write(join(folder, 'd'))).toThrow(/not a regular file/)
    expect(() => write(join(folder, 'missing.yaml'))).toThrow(/no such file/)
  })

  /** A disk of which one operation fails, as a full one does: half of what it was to write stays. */
  function failingDisk(nth: number, isBrokenFromThere = false) {
    let operations = 0
    const doing = (action: () => void, half: () => void = () => {}) => {
      operations++
      if (operations !== nth && !(isBrokenFromThere && operations > nth)) return action()
      half()
      throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' })
    }
    const put = (path: string, bytes: Buffer) => writeFileSync(path, bytes, { flag: 'wx' })
    const disk: Disk = {
      write: (path, bytes) =>
        doing(
          () => put(path, bytes),
          () => put(path, bytes.subarray(0, bytes.length / 2)),
        ),
      rename: (from, to) => doing(() => renameSync(from, to)),
      remove: (path) => doing(() => unlinkSync(path)),
    }
    return { disk, count: () => operations }
  }

  /** Writes two changed files and a new one to a disk; returns the error, and what lies there afterwards. */
  function fixOn(disk: Disk, isDiskWhole = true) {
    const folder = aFolder({ 'a.yaml': BEFORE, 'b.yaml': BEFORE })
    const paths = ['a.yaml', 'b.yaml', 'new.yaml'].map((name) => join(folder, name))
    const list = (text: string, count: number) => paths.slice(0, count).map((path) => ({ path, text }))
    let message: string | null = null
    try {
      writeFiles(list(BEFORE, 2), list(AFTER, 3), disk)
    } catch (error) {
      message = (error as Error).message.replaceAll(folder, '')
    }
    // A process of its own removes temporary files, at any time from now on.
    const names = readdirSync(folder).filter((name) => isDiskWhole || !name.startsWith('.'))
    const found = names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])
    return { message, found: Object.fromEntries(found) as Record<string, string> }
  }

  test('all files are unchanged after a failed write, whichever operation fails', () => {
    const { disk, count } = failingDisk(Number.POSITIVE_INFINITY)
    expect(fixOn(disk)).toEqual({ message: null, found: { 'a.yaml': AFTER, 'b.yaml': AFTER, 'new.yaml': AFTER } })
    expect(count()).toBe(6)
    for (let nth = 1; nth <= count(); nth++) {
      const { message, found } = fixOn(failingDisk(nth).disk)
      expect(message).toMatch(/^cannot write to \/(?:a|b|new)\.yaml: the disk is full$/)
      expect(found).toEqual({ 'a.yaml': BEFORE, 'b.yaml': BEFORE })
    }
  })

  test('no new file is left if the last one cannot be renamed', () => {
    const folder = aFolder()
    const after = ['a.yaml', 'b.yaml'].map((name) => ({ path: join(folder, name), text: AFTER }))
    expect(() => writeFiles([], after, failingDisk(4).disk)).toThrow(/b\.yaml: the disk is full$/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('files are never half written, and those that stay changed are named, if nothing can be undone', () => {
    for (let nth = 1; nth <= 6; nth++) {
      const { message, found } = fixOn(failingDisk(nth, true).disk, false)
      const changed = ['a.yaml', 'b.yaml', 'new.yaml'].filter((name) => found[name] === AFTER)
      const unchanged = ['a.yaml', 'b.yaml'].filter((name) => found[name] === BEFORE)
      expect([...changed, ...unchanged].filter((name) => name !== 'new.yaml').sort()).toEqual(['a.yaml', 'b.yaml'])
      const told = changed.length === 0 ? '' : `; these have their new content all the same: /${changed.join(', /')}`
      expect(message).toMatch(/^cannot write to \/(?:a|b|new)\.yaml: the disk is full/)
      expect(message?.slice(message.indexOf('full') + 4)).toBe(told)
    }
  })
})
