#!/bin/bash

install_tool() {
  # ruleid: bash.curl-pipe-shell
  curl -fsSL https://example.org/install.sh | sh
  # ruleid: bash.curl-pipe-shell
  wget -qO- https://example.org/install.sh | bash
  # ok: bash.curl-pipe-shell
  curl -fsSL https://example.org/list.txt | sort
}

run_it() {
  local command=$1
  # ruleid: bash.eval-variable
  eval "$command"
  # ok: bash.eval-variable
  eval "$(ssh-agent -s)"
}

fetch() {
  # ruleid: bash.tls-verify-off
  curl -s -k https://example.org/file
  # ruleid: bash.tls-verify-off
  wget --no-check-certificate https://example.org/file
  # ok: bash.tls-verify-off
  curl -s https://example.org/file
}

deploy() {
  # ruleid: bash.ssh-host-key-off
  ssh -o StrictHostKeyChecking=no web-1 uptime
  # ok: bash.ssh-host-key-off
  ssh -o StrictHostKeyChecking=yes web-1 uptime
  # ruleid: bash.world-writable
  chmod -R 777 /srv/app
  # ok: bash.world-writable
  chmod -R 750 /srv/app
}

clean() {
  # ruleid: bash.rm-variable-root
  rm -rf "$target"/
  # ok: bash.rm-variable-root
  rm -rf "${target:?}/"
  # ruleid: bash.predictable-temporary-file
  date > /tmp/clean.$$
  # ok: bash.predictable-temporary-file
  date > "$(mktemp)"
  # ruleid: bash.cd-unchecked
  cd "$build"
  rm -rf out
}

dump() {
  # ruleid: bash.password-argument
  mysqldump -u root -phunter22 shop
  # ok: bash.password-argument
  mysqldump --defaults-file=/etc/shop.cnf shop
}
