module github.com/dashwright/dashwright

go 1.26
