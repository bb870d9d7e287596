module onpath/certificates

go 1.24
