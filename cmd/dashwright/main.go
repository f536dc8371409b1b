// Command dashwright serves any video as MPEG-DASH. See internal/cli.
package main

import (
	"os"

	"github.com/dashwright/dashwright/internal/cli"
)

func main() { os.Exit(cli.Main()) }
