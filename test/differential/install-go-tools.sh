#!/usr/bin/env bash
# Installs what the differential tests compare with into a folder: install-go-tools.sh <folder>
#   go-libraries  our program on the libraries that the Go tools are built on
#   ingitdb       the Go command itself
# Each is there afterwards or not; why not is in <folder>/<name>.missing. Needs Go 1.24 or newer and its module proxy.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) || exit 2
mkdir -p "$1" && target=$(cd "$1" && pwd) || exit 2

attempt() {
  local name=$1
  shift
  rm -f "$target/$name.missing"
  [ -x "$target/$name" ] && [ "$name" = ingitdb ] && return
  local said
  if ! command -v go >/dev/null; then
    echo 'Go is not installed' >"$target/$name.missing"
  elif ! said=$("$@" 2>&1); then
    printf '%s\n' "$said" | head -n 3 | sed -E 's#https?://[^ ]*##g' >"$target/$name.missing"
  fi
}

build_program() { (cd "$here/go-libraries" && GOFLAGS=-mod=readonly go build -o "$target/go-libraries.$$" . && mv "$target/go-libraries.$$" "$target/go-libraries"); }
install_command() { GOBIN=$target go install github.com/ingitdb/ingitdb-cli/cmd/ingitdb@latest; }

attempt go-libraries build_program
attempt ingitdb install_command
