import { expect, test } from 'vitest'
import { isShell } from './ancestors.mjs'

test.each(['sh', '/bin/bash', '-zsh', 'dash'])('%s is a shell', (command) => {
  expect(isShell(command)).toBe(true)
})

test.each(['npm start', 'node', '/usr/bin/sshd', 'fish-tank'])('%s is none', (command) => {
  expect(isShell(command)).toBe(false)
})
