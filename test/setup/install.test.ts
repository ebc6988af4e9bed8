import { describe, expect, it } from 'vitest';
// @ts-expect-error the set-up runs before anything is built, and so is plain JavaScript without declarations
import { backportsSource, installCommands, parseOsRelease } from '../../scripts/gpu-setup/install.mjs';

const bookworm = parseOsRelease(
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_CODENAME=bookworm\n',
);
const sources = `Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg
`;

describe('what the set-up installs', () => {
  it('takes Mesa from the backports on Debian 12', () => {
    const commands: string[][] = installCommands(bookworm, ['lavapipe', 'swiftshader']);
    expect(commands.map((command) => command.join(' '))).toEqual([
      'apt-get update -q',
      'apt-get install -y -q --no-install-recommends -t bookworm-backports mesa-vulkan-drivers libvulkan1',
      'apt-get install -y -q --no-install-recommends chromium',
    ]);
  });

  it('takes the distribution’s own elsewhere, and knows when it cannot', () => {
    expect(installCommands({ ID: 'ubuntu', ID_LIKE: 'debian' }, ['lavapipe', 'swiftshader'])).toHaveLength(2);
    expect(installCommands({ ID: 'fedora' }, ['lavapipe'])[0]).toContain('mesa-vulkan-drivers');
    expect(installCommands({ ID: 'alpine' }, ['lavapipe'])).toBeNull();
  });

  it('derives the source of the backports from the system’s own', () => {
    expect(backportsSource(sources)).toBe(
      'Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm-backports\nComponents: main\nSigned-By: /usr/share/keyrings/debian.gpg\n',
    );
    expect(backportsSource('deb http://mirror.test/debian bookworm main contrib\n')).toContain(
      'URIs: http://mirror.test/debian\n',
    );
    expect(backportsSource('')).toBeUndefined();
  });
});
