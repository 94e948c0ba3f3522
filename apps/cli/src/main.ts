console.log('photoguard');
