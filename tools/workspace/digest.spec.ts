import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { contentDigest, writingDigest } from './digest.ts'

let directory: string
let file: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'digest-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'src'))
  file = join(directory, 'src', 'main.ts')
  writeFileSync(file, 'one')
  utimesSync(file, 1_000, 1_000)
})

test('the content digest changes with a content, not with a time', () => {
  const before = contentDigest([directory])
  utimesSync(file, 2_000, 2_000)
  expect(contentDigest([directory])).toBe(before)
  writeFileSync(file, 'two')
  expect(contentDigest([directory])).not.toBe(before)
})

test('the writing digest changes with a time, and with a file more', () => {
  const before = writingDigest([directory])
  utimesSync(file, 2_000, 2_000)
  const touched = writingDigest([directory])
  expect(touched).not.toBe(before)
  writeFileSync(join(directory, 'another.ts'), '')
  expect(writingDigest([directory])).not.toBe(touched)
})

test('what is not there has a digest too', () => {
  expect(contentDigest([join(directory, 'none')])).toBe(contentDigest([]))
})
